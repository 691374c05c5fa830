import ArgumentParser
import Foundation
import HTTPAPI

/// Asks a running server whether it is ready; for container health checks.
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Ask a running server whether it is ready.",
        discussion: """
            Exits with 0 when it is and with 1 when it is not. Without --url it asks the server \
            that the settings of 'serve' describe, on this machine.

            Example:
              switchgear healthcheck --url http://127.0.0.1:8080
            """)

    @Option(help: "The server's address.") var url: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        do {
            let address = try url ?? Self.address(environment)
            let settings = try ClientSettings(
                url: address, token: nil, actor: nil, environment: [:])
            try await APIClient.connected(settings) { client in
                _ = try await client.send(APIRequest(probe: "readyz"))
            }
            print("ready")
        } catch let failure as ClientFailure {
            failure.lines.forEach(Output.note)
            throw ExitCode(1)
        } catch let error as SettingsError {
            ServeCommand.say("error: \(error)")
            throw ExitCode(1)
        }
    }

    private static func address(_ environment: [String: String]) throws -> String {
        if let url = environment["SWITCHGEAR_URL"] { return url }
        let server = try Settings(flags: [:], environment: environment).server
        let host =
            server.host == "0.0.0.0" ? "127.0.0.1" : server.host == "::" ? "::1" : server.host
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)"
    }
}
