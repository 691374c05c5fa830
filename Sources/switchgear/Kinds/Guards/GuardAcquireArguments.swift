import ArgumentParser
import Resilience

/// What a guard is asked.
struct GuardAcquireArguments: AcquireArguments {
    @Option(
        name: .customLong("attribute"),
        help: "What the call says of itself, as name=value; may be given several times.")
    private var attributes: [AttributeArgument] = []

    @Option(help: "How much the call costs with each limiter; 0 looks. (default: 1)")
    private var cost: Int64?

    @Option(help: "Which attempt it is; the first call is 1. (default: 1)")
    private var attempt: Int64?

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most until it is allowed. (default: 0)")
    private var wait: Int64?

    @Option(help: "Who asks.")
    private var reporter: String?

    @Flag(help: "Show what each part says.")
    private var explain = false

    var body: JSONObject {
        var body: JSONObject = ["attributes": AttributeArgument.document(attributes)]
        body["cost"] = cost.map { .integer($0) }
        body["attempt"] = attempt.map { .integer($0) }
        body["wait_ms"] = wait.map { .integer($0) }
        body["reporter"] = reporter.map { .string($0) }
        return body
    }

    var query: [(name: String, value: String?)] { [("explain", explain ? "true" : nil)] }

    var waitMS: Int64 { wait ?? 0 }

    /// The answer, and under it a line for each part where it is explained.
    static func text(_ answer: JSONObject) -> String {
        var rest = answer
        rest["steps"] = nil
        let fields = Table(fields: Cell.fields(of: rest)).text
        guard let steps = answer["steps"]?.array else { return fields }
        var table = Table([
            .text("PART"), .text("KEY"), .text("ALLOWED"), .text("REASON"),
            .number("RETRY AFTER MS"),
        ])
        for step in steps.compactMap(\.object) {
            let names = ["key", "allowed", "reason", "retry_after_ms"]
            table.add([Cell.policy(step)] + names.map { Cell.text(step[$0]) })
        }
        return fields + "\n" + table.text
    }
}
