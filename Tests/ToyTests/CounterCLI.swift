import ArgumentParser
import Resilience

@testable import switchgear

/// Counters on the command line.
enum CounterCLI: StatefulKindCLI, DecidingKindCLI {
    /// What a counter is asked.
    struct Acquire: AcquireArguments {
        @Argument(help: "The key; the empty key where it is left out.")
        private var key = ""

        var body: JSONObject { ["key": .string(key)] }
    }

    typealias State = OptionalKey

    static let kind = CounterPolicy.kind
    static let abstract = "Ask counters for places."
    static let example: (name: String, key: String?) = ("jobs", "nightly")
    static let keyColumns: [MemberColumn] = [
        .text("KEY", "key"), .number("HELD", "held"), .number("LIMIT", "limit"),
    ]
    static let acquireHelp = CommandHelp("Ask a counter for a place.", examples: ["jobs nightly"])
}
