import ArgumentParser

/// A label to look for on the command line: `team:payments`.
struct LabelArgument: ExpressibleByArgument {
    /// The name and value with the colon between, as the server takes them.
    let text: String

    init?(argument: String) {
        guard let colon = argument.firstIndex(of: ":"), colon > argument.startIndex else {
            return nil
        }
        text = argument
    }
}
