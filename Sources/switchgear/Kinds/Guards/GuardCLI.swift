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
