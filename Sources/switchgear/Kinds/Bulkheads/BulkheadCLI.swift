import ArgumentParser
import Resilience

/// Bulkheads on the command line.
enum BulkheadCLI: StatefulKindCLI, DecidingKindCLI {
    typealias State = OptionalKey
    typealias Acquire = BulkheadAcquireArguments

    static let kind = BulkheadPolicy.kind
    static let abstract = "Ask bulkheads for slots, and see who holds them."
    static let example: (name: String, key: String?) = ("exports", "nightly")

    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .number("IN USE", "in_use"), .number("LIMIT", "limit"),
        .number("QUEUED", "queued"),
    ]

    static let acquireHelp = CommandHelp(
        "Ask a bulkhead for a slot, and hold it.",
        """
        Exits with 0 when there is one and with 10 when there is none, so that scripts can ask. \
        The slot is free again when its permit is settled or given back, and when its lease ends.
        """,
        examples: ["db", "exports nightly --wait-ms 5000 --holder \"$HOSTNAME\""])

    static let stateHelp = CommandHelp(
        "Show who holds the slots of a key, and how many wait.", "This takes no slot.",
        examples: ["db", "exports nightly --json"])

    static let keysHelp = CommandHelp(
        "List how many slots of all live keys are held.", examples: ["exports"])

    static let resetHelp = CommandHelp(
        "Free all slots of one key, or of all keys.",
        "Permits that were given before no longer count.",
        examples: ["exports nightly --reason \"the job is gone\"", "exports --all"])
}

/// What a bulkhead is asked.
struct BulkheadAcquireArguments: AcquireArguments {
    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(
        name: .customLong("wait-ms"),
        help: "How long to wait at most for a slot. (default: as long as the policy lets it)")
    private var wait: Int64?

    @Option(
        name: .customLong("lease-ms"),
        help: "How long to hold it at most. (default: as long as the policy has it)")
    private var lease: Int64?

    @Option(help: "Who asks, for those who look at the slots.")
    private var holder: String?

    var body: JSONObject {
        var body: JSONObject = ["key": .string(key)]
        body["wait_ms"] = wait.map { .integer($0) }
        body["lease_ms"] = lease.map { .integer($0) }
        body["holder"] = holder.map { .string($0) }
        return body
    }

    // Without one of its own a call waits as long as the policy lets it, which is not known here.
    var waitMS: Int64 { wait ?? Bounds.waitsMilliseconds.upperBound }
}
