import Foundation
import Resilience
import TestSupport

/// A running server of its own process.
final class ServerProcess: Sendable {
    /// It ended before it listened.
    struct DidNotStart: Error { let errors: String }

    let program: Program
    let port: Int

    /// Starts a server on a free port and waits until it listens.
    init(
        database: String, _ environment: [String: String] = [:], _ flags: [String] = []
    ) async throws {
        var environment = environment
        environment["SWITCHGEAR_DATABASE"] = database
        environment["SWITCHGEAR_PORT"] = environment["SWITCHGEAR_PORT"] ?? "0"
        program = try Program(["serve"] + flags, environment: environment)
        let mark = "switchgear listens on http://"
        while true {
            let errors = program.errors
            if let range = errors.firstRange(of: mark),
                let end = errors[range.upperBound...].firstIndex(of: "\n"),
                let port = errors[range.upperBound..<end].split(separator: ":").last
            {
                self.port = Int(port) ?? 0
                return
            }
            guard program.isRunning else { throw DidNotStart(errors: program.errors) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Its answer to a request whose line is like `GET /v1/policies`.
    func send(
        _ line: String, _ body: String? = nil, _ fields: [String: String] = [:]
    ) async throws -> HTTPReply {
        try await RawConnection.exchange(HTTPRequestText(line, body, fields), port: port)
    }

    /// All events, oldest first.
    func events(_ filter: String = "") async throws -> [JSONValue] {
        var events: [JSONValue] = []
        while true {
            let after = events.last?.at("/seq")?.integer ?? 0
            let query = "order=asc&limit=1000&after=\(after)\(filter)"
            let page = try await send("GET /v1/events?\(query)").at("/events")?.array ?? []
            if page.isEmpty { return events }
            events += page
        }
    }

    /// Asks it to stop, and tells how it ended.
    func stop(_ signal: Int32 = SIGTERM) async -> Program.Ended {
        program.kill(signal)
        return await program.ended()
    }
}
