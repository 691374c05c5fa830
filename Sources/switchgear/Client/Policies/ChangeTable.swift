import Resilience

/// Shows the changes that an apply made, or would make.
enum ChangeTable {
    /// A row a policy, and for updated ones a row a place that differs.
    static func text(_ changes: [JSONObject]) -> String {
        var table = Table([
            .text("ACTION"), .text("POLICY"), .text("FIELD"), .text("OLD"), .text("NEW"),
        ])
        for change in changes {
            let head = [Cell.text(change["action"]), Cell.policy(change)]
            let differences = differences(change)
            if differences.isEmpty { table.add(head + ["", "", ""]) }
            for (index, difference) in differences.enumerated() {
                let cells = ["pointer", "old", "new"].map { Cell.text(difference[$0]) }
                table.add((index == 0 ? head : ["", ""]) + cells)
            }
        }
        return table.isEmpty ? "" : table.text
    }

    /// One line: `2 created, 1 unchanged`.
    static func summary(_ changes: [JSONObject], isDryRun: Bool) -> String {
        let actions = ["created", "updated", "unchanged", "deleted"]
        let counts = actions.compactMap { action in
            let count = changes.count { $0["action"]?.string == action }
            return count == 0 ? nil : "\(count) \(action)"
        }
        let text = counts.isEmpty ? "no policies" : counts.joined(separator: ", ")
        return (isDryRun ? "dry run, nothing was changed: " : "") + text + "\n"
    }

    /// What was created or deleted differs everywhere; that would only fill the screen.
    private static func differences(_ change: JSONObject) -> [JSONObject] {
        guard change["action"]?.string == "updated" else { return [] }
        return (change["diff"]?.array ?? []).compactMap(\.object)
    }
}
