import ArgumentParser

/// Which breaker a command is about.
struct BreakerArguments: ParsableArguments {
    @Argument(help: "The breaker's name.")
    var name: PathPart

    @Argument(help: "The key; the empty key where it is left out.")
    var key = ""

    /// The path of the key's state.
    var path: [String] { ["breakers", name.text, "state"] }
}
