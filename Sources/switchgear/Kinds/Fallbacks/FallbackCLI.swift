import ArgumentParser
import Resilience

/// Fallbacks on the command line.
enum FallbackCLI: KindCLI {
    static let kind = FallbackPolicy.kind
    static let abstract = "Ask what to answer when a call cannot be made."
    static let commands: [any ParsableCommand.Type] = [FallbacksResolve.self]
    static let example: (name: String, key: String?) = ("payments", nil)

    static let statsHelp = CommandHelp(
        "Show how often each strategy of a fallback answered.",
        "Counted since the server started, and over the last minute.", examples: ["payments"])
}
