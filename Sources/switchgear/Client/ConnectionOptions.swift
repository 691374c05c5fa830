import ArgumentParser

/// Options that say which server a command talks to, and how it prints what it hears.
protocol ConnectionOptions: ParsableArguments {
    /// Whether the server's answer is printed as it is, instead of a table.
    var isJSON: Bool { get }

    /// Which server to talk to, and as whom.
    func settings() throws -> ClientSettings
}
