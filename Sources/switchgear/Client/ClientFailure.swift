/// Why a command did not do what it was told, as the user reads it.
struct ClientFailure: Error, Equatable {
    /// What the program's exit code tells.
    enum Code: Int32 {
        /// Nothing is wrong: who read the output wants no more of it.
        case readerGone = 0
        /// The server, or a file, said no.
        case refused = 1
        /// There was no answer, or none of a Switchgear server.
        case unreachable = 2
        /// The answer was no.
        case denied = 10
    }

    /// The exit code.
    let code: Code
    /// One sentence, without `error:` in front; empty where nothing is to be said.
    let message: String
    /// Further lines, such as faults and hints.
    let details: [String]

    /// A failure to be told on standard error.
    init(_ code: Code, _ message: String = "", details: [String] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// Ends the program quietly.
    static let readerGone = ClientFailure(.readerGone)

    /// What to print on standard error; control characters are escaped.
    var lines: [String] {
        guard !message.isEmpty else { return [] }
        return ["error: \(Printable.escape(message))"]
            + details.map { "  \(Printable.escape($0))" }
    }
}
