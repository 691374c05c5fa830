import Resilience
import Testing

@testable import HTTPAPI
@testable import switchgear

@Suite("The commands of the kinds")
struct KindTests {
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
