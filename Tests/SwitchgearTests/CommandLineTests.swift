import ArgumentParser
import Resilience
import Testing

@testable import switchgear

@Suite("The command line")
struct CommandLineTests {
    /// Every command of the groups, with the words that name it.
    private static var commands: [(words: [String], type: any ParsableCommand.Type)] {
        ClientCommands.groups().flatMap { group in
            let word = group.configuration.commandName ?? ""
            let commands = group.configuration.subcommands
            if commands.isEmpty { return [(words: [word], type: group)] }
            return commands.map { command in
                (words: [word, command.configuration.commandName ?? ""], type: command)
            }
        }
    }

    @Test("every command has examples in its help, and they parse")
    func examples() throws {
        for command in Self.commands {
            let lines = command.type.configuration.discussion.split(separator: "\n")
            let prefix = "  switchgear " + command.words.joined(separator: " ")
            let examples = lines.filter { $0.hasPrefix("  switchgear ") }
            #expect(examples.contains { $0.hasPrefix(prefix) }, "\(prefix)")
            for example in examples where example.hasPrefix(prefix) {
                let words = Self.words(example.dropFirst(prefix.count))
                #expect(throws: Never.self, "\(example)") { _ = try command.type.parse(words) }
            }
        }
    }

    @Test(
        "a command line that leaves open what is meant is refused",
        arguments: [
            ["limiters", "reset", "api"], ["limiters", "reset", "api", "k", "--all"],
            ["limiters", "reset", "api", ""], ["limiters", "assign", "api", "k"],
            ["limiters", "assign", "api", "", "--tier", "t"],
            ["limiters", "assign", "api", "k", "--tier", "t", "--blocked"],
            ["limiters", "assign", "api", "k", "--quota", "1"],
            ["limiters", "assign", "api", "k", "--tier", "t", "--burst", "1"],
            ["limiters", "assign", "api", "k", "--remove", "--note", "x"],
            ["policies", "get", "limiter", ""], ["policies", "get", "nonsense", "api"],
            ["policies", "list", "--label", "team"], ["policies", "apply"],
            ["policies", "delete", "limiter", "api", "--if-match", "x"],
            ["events", "list", "--limit", "0"], ["events", "list", "--order", "up"],
            ["events", "list", "--url", "localhost:8080"],
            ["bulkheads", "reset", "db"], ["bulkheads", "reset", "db", "k", "--all"],
            ["bulkheads", "acquire"], ["bulkheads", "acquire", "db", "--wait-ms", "x"],
            ["fallbacks", "resolve", "f", "--attribute", "user"],
            ["fallbacks", "resolve", "f", "--attribute", "=1"],
            ["permits", "settle", "p"], ["permits", "settle", "p", "well"],
            ["permits", "release", ""], ["decide"], ["decide", "limiter"],
            ["decide", "-f", "x", "limiter", "api"], ["decide", "-f", "x", "--key", "k"],
            ["breakers", "reset", "api"], ["retries", "reset", "r"],
            ["timeouts", "reset", "t", ""],
            ["guards", "acquire"], ["guards", "acquire", "g", "--attribute", "user"],
            ["guards", "acquire", "g", "--cost", "x"], ["guards", "stats", ""],
        ])
    func usageErrors(words: [String]) throws {
        let command = try #require(Self.commands.first { words.starts(with: $0.words) })
        let error = #expect(throws: (any Error).self) {
            _ = try command.type.parse(Array(words.dropFirst(command.words.count)))
        }
        #expect(error.map { command.type.exitCode(for: $0) } == .validationFailure)
    }

    @Test("an assignment holds what was chosen and nothing else")
    func assignment() throws {
        let limit = try AssignmentOptions.parse(["--quota", "5", "--period-ms", "1000"])
        #expect(limit.body == ["limits": [["quota": 5, "period_ms": 1000]]])
        let blocked = try AssignmentOptions.parse(["--blocked", "--note", "abuse"])
        #expect(blocked.body == ["blocked": true, "note": "abuse"])
    }

    @Test("a kind may be named in the singular and in the plural")
    func kinds() {
        #expect(KindArgument(argument: "retries")?.kind.singular == "retry")
        #expect(KindArgument(argument: "retry")?.kind.plural == "retries")
        #expect(KindArgument(argument: "Retry") == nil)
    }

    /// The words of an example up to a pipe or redirection, without quotes.
    private static func words(_ text: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in text + " " {
            switch character {
            case quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil: quote = character
            case " " where quote == nil:
                if ["|", "&&", "<"].contains(word) { return words }
                if !word.isEmpty { words.append(word) }
                word = ""
            default: word.append(character)
            }
        }
        return words
    }
}
