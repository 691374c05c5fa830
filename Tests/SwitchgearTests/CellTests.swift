import Resilience
import Testing

@testable import switchgear

@Suite("Cells and changes")
struct CellTests {
    @Test("a value that is not there is told from one that is empty")
    func text() {
        #expect(Cell.text(nil) == "-")
        #expect(Cell.text(.null) == "-")
        #expect(Cell.text("") == "\"\"")
        #expect(Cell.text("a") == "a")
        #expect(Cell.text(60) == "60")
        #expect(Cell.text(["a": [1, true]]) == #"{"a":[1,true]}"#)
    }

    @Test("a document is listed value by value, with nothing left out")
    func fields() {
        let fields = Cell.fields(of: [
            "allowed": true, "limits": [["quota": 1], ["quota": 2]], "labels": [:],
        ])
        #expect(
            fields.map { "\($0.name)=\($0.value)" } == [
                "allowed=true", "limits/0/quota=1", "limits/1/quota=2", "labels={}",
            ])
    }

    @Test("an apply shows the differences of what was updated, and counts")
    func changes() {
        let difference: JSONValue = ["pointer": "/spec/x", "old": 1, "new": 2]
        let changes: [JSONObject] = [
            ["kind": "limiter", "name": "a", "action": "created", "diff": [difference]],
            ["kind": "limiter", "name": "b", "action": "updated", "diff": [difference]],
        ]
        #expect(
            ChangeTable.text(changes) == """
                ACTION   POLICY     FIELD    OLD  NEW
                created  limiter/a
                updated  limiter/b  /spec/x  1    2

                """)
        #expect(ChangeTable.summary(changes, isDryRun: false) == "1 created, 1 updated\n")
        #expect(
            ChangeTable.summary([], isDryRun: true)
                == "dry run, nothing was changed: no policies\n")
    }
}
