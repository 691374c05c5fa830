import ArgumentParser
import Resilience
import TestSupport
import Testing

@testable import switchgear

private struct CounterRoot: ParsableCommand {
    static let configuration = CommandConfiguration.root(
        kinds: ClientCommands.kinds + [CounterCLI.self])
}

@Suite("A kind of its own on the command line")
struct CounterCommandTests {
    @Test("has the commands that all kinds have, with their help")
    func commands() throws {
        let acquire = try CounterRoot.parseAsRoot(["counters", "acquire", "jobs", "k"])
        #expect(acquire is AcquireCommand<CounterCLI>)
        #expect(CounterRoot.helpMessage().contains("counters"))
        let help = CounterRoot.helpMessage(for: ResetCommand<CounterCLI>.self)
        #expect(help.contains("USAGE: switchgear counters reset <name> [<key>] [--all]"))
        #expect(help.contains("  switchgear counters reset jobs --all"))
        let group = CounterRoot.helpMessage(for: KindCommand<CounterCLI>.self)
        for name in ["acquire", "state", "keys", "reset", "stats"] {
            #expect(group.contains("  \(name) "), "\(name)")
        }
    }

    @Test("they run against a server, as do those that take a kind")
    func runs() async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 1)
            let lines: [(String, Int32)] = [
                ("counters acquire jobs k", 0), ("counters acquire jobs k", 10),
                ("counters state jobs k", 0), ("counters keys jobs", 0),
                ("counters stats jobs", 0), ("decide counter jobs --key k", 10),
                ("policies get counter jobs", 0), ("policies list --kind counters", 0),
                ("events list --kind counter --type counter.*", 0), ("counters reset jobs k", 0),
                ("counters reset jobs --all", 0), ("counters stats none", 1),
            ]
            for (line, code) in lines {
                #expect(try await run(line, server) == code, "\(line)")
            }
            let keys = try await server.send("GET /v1/counters/jobs/keys")
            #expect(keys.at("/keys") == [])
        }
    }

    @Test("its keys are shown in a table of its own columns")
    func table() {
        let table = Table(of: [["key": "k", "held": 1, "limit": 2]], CounterCLI.keyColumns)
        let rows = table.text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows == [["KEY", "HELD", "LIMIT"], ["k", "1", "2"]])
    }

    /// Runs a command line against a server, and tells its exit code.
    private func run(_ line: String, _ server: TestServer) async throws -> Int32 {
        let words = line.split(separator: " ").map { String($0) }
        return try await ClientCommands.$kinds.withValue(
            ClientCommands.kinds + [CounterCLI.self]
        ) {
            let arguments = words + ["--url", "http://127.0.0.1:\(server.port)"]
            let command = try CounterRoot.parseAsRoot(arguments)
            guard var command = command as? any AsyncParsableCommand else { return -1 }
            do { try await command.run() } catch let code as ExitCode { return code.rawValue }
            return 0
        }
    }
}
