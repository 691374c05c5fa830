import ArgumentParser
import Resilience

/// Guards on the command line.
enum GuardCLI: DecidingKindCLI {
    typealias Acquire = GuardAcquireArguments

    static let kind = GuardPolicy.kind
    static let abstract = "Ask several policies as one."
    static let example: (name: String, key: String?) = ("checkout", nil)

    static let acquireHelp = CommandHelp(
        "Ask all policies of a guard whether a call may be made.",
        """
        When all allow it, all are charged, and the answer has a permit; otherwise none is. Exits \
        with 0 when the call is allowed and with 10 when it is denied. An allowed call holds its \
        slot until the permit is settled, or its lease ends.
        """,
        examples: [
            "checkout --attribute user=1 --attribute host=eu-1",
            "checkout --attribute user=1 --explain",
        ])

    static let statsHelp = CommandHelp(
        "Show how many calls a guard let through, and how they went.",
        "Counted since the server started, and over the last minute.", examples: ["checkout"])
}

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
