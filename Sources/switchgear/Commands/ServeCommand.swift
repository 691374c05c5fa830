import ArgumentParser
import ControlPlane
import Foundation
import HTTPAPI
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Resilience
import ServiceLifecycle
import UnixSignals

/// Runs the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Every option can also come from the environment or a settings file; \
            'switchgear config' shows what is in force.

            Examples:
              switchgear serve
              switchgear serve --port 0 --database /var/lib/switchgear/switchgear.db
              SWITCHGEAR_ADMIN_TOKEN=secret switchgear serve --host 0.0.0.0
            """)

    @OptionGroup var flags: SettingFlags

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        do {
            try await serve(environment)
        } catch let error as SettingsError {
            Self.fail(error.description)
        } catch let error as PlaneError {
            let faults = error.faults.map(\.description)
            Self.fail(faults.isEmpty ? error.detail : faults.joined(separator: "; "))
        } catch let error as PolicyFileError {
            Self.fail(error.description)
        } catch let error as ListenError {
            Self.fail(error.description)
        } catch {
            Self.fail("\(error)")
        }
    }

    private func serve(_ environment: [String: String]) async throws {
        let settings = try Settings(flags: flags.given, environment: environment)
        let access = try settings.access()
        let logger = Self.logger(settings.logLevel)
        for warning in EnvironmentCheck.warnings(environment) { logger.warning("\(warning)") }
        var configuration = settings.plane(environment: environment)
        if let path = settings.policyFile {
            configuration.policies = try PolicyFile.read(path: path).object?["policies"]?.array
        }
        let plane = try await Plane(configuration)
        let application = APIServer.application(
            plane, access: access, settings.server, logger: logger
        ) { address in
            Self.say("switchgear listens on \(address)")
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: PlaneService(plane: plane)),
                .init(service: application),
                .init(service: WaiterDismissal(plane: plane)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = settings.shutdownTimeout
        let result: Result<Void, any Error>
        do { result = .success(try await ServiceGroup(configuration: group).run()) } catch {
            result = .failure(ListenError(error, settings.server) ?? error)
        }
        try await plane.stop()
        try result.get()
    }

    /// One line on standard error.
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private static func fail(_ line: String) -> Never {
        say("error: \(line)")
        Foundation.exit(1)
    }

    private static func logger(_ level: Logger.Level) -> Logger {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "switchgear")
        logger.logLevel = level
        return logger
    }
}

/// Runs the plane beside the server, and stops after it.
struct PlaneService: Service {
    let plane: Plane

    func run() async throws {
        await cancelWhenGracefulShutdown { await plane.run() }
    }
}

/// Answers the calls that wait when the server is to stop, so that they do not hold it up. It is
/// the last service, and so the first that is asked to stop.
struct WaiterDismissal: Service {
    let plane: Plane

    func run() async throws {
        try? await gracefulShutdown()
        plane.dismissWaiters()
    }
}

/// Why the server cannot listen where it should.
struct ListenError: Error, CustomStringConvertible {
    let description: String

    /// What `error` means for a server with that address; nil when it means something else.
    init?(_ error: any Error, _ server: ServerConfiguration) {
        let place = "cannot listen on \(server.host):\(server.port)"
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            description = "\(place): the port is already in use; choose another with --port"
        case let error as IOError:
            description = "\(place): \(String(cString: strerror(error.errnoCode)))"
        case is SocketAddressError:
            description = "\(place): this machine does not have that address"
        default: return nil
        }
    }
}
