import ArgumentParser

/// A name or key on the command line that goes into a path, and so cannot be empty.
///
/// An empty one would name the list that it stands in: think of an unset shell variable.
struct PathPart: ExpressibleByArgument {
    /// The text as it was given.
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }
}
