import ArgumentParser
import Resilience
import Testing

@testable import HTTPAPI
@testable import switchgear

/// A kind that only this test has.
private enum ToyCLI: StatefulKindCLI, DecidingKindCLI {
    struct Acquire: AcquireArguments {
        @Option var number: Int64

        var body: JSONObject { ["number": .integer(number)] }
    }

    typealias State = OptionalKey

    static let kind = Kind(singular: "toy", plural: "toys")
    static let abstract = "Play with toys."
    static let example: (name: String, key: String?) = ("robot", "arm")
    static let keyColumns: [MemberColumn] = [.text("KEY", "key")]
    static let acquireHelp = CommandHelp("Ask for a toy.", examples: ["robot --number 2"])
}

private struct ToyRoot: ParsableCommand {
    static let configuration = CommandConfiguration.root(
        kinds: ClientCommands.kinds + [ToyCLI.self])
}

@Suite("The commands of the kinds")
struct KindTests {
    @Test("a kind that is added to the array has those that all kinds have")
    func toy() throws {
        let acquire = try ToyRoot.parseAsRoot(["toys", "acquire", "robot", "--number", "2"])
        #expect(acquire is AcquireCommand<ToyCLI>)
        #expect(try ToyRoot.parseAsRoot(["toys", "state", "r", "k"]) is StateCommand<ToyCLI>)
        #expect(try ToyRoot.parseAsRoot(["toys", "keys", "r"]) is KeysCommand<ToyCLI>)
        #expect(try ToyRoot.parseAsRoot(["toys", "reset", "r", "--all"]) is ResetCommand<ToyCLI>)
        #expect(try ToyRoot.parseAsRoot(["toys", "stats", "r"]) is StatsCommand<ToyCLI>)
        #expect(ToyRoot.helpMessage().contains("toys"))
        let help = ToyRoot.helpMessage(for: ResetCommand<ToyCLI>.self)
        #expect(help.contains("USAGE: switchgear toys reset <name> [<key>] [--all]"))
        #expect(help.contains("  switchgear toys reset robot --all"))
    }

    @Test("are there for each kind that there is over HTTP, by what it can do")
    func kinds() {
        let kinds = Dictionary(
            uniqueKeysWithValues: ClientCommands.kinds.map { ($0.kind, $0) })
        #expect(Set(kinds.keys) == Set(Routes.standard.map { $0.kind }))
        for module in Routes.standard {
            let commands = kinds[module.kind]
            #expect((module is any StatefulKind) == (commands is any StatefulKindCLI.Type))
            #expect((module is any DecidingKind) == (commands is any DecidingKindCLI.Type))
        }
    }

    @Test("a column shows a member, also one inside of another")
    func columns() {
        let column = MemberColumn.number("LEFT", "budget/remaining")
        #expect(column.cell(of: ["budget": ["remaining": 5]]) == "5")
        #expect(column.cell(of: ["budget": .null]) == "-")
    }
}
