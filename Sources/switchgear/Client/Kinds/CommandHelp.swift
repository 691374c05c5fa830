import ArgumentParser
import Resilience

/// What the help of a command says that several kinds have.
struct CommandHelp: Sendable {
    /// What it does, in a sentence.
    let abstract: String
    /// What else there is to know; may be empty.
    let notes: String
    /// Its arguments in examples.
    let examples: [String]

    /// Help of these texts.
    init(_ abstract: String, _ notes: String = "", examples: [String]) {
        self.abstract = abstract
        self.notes = notes
        self.examples = examples
    }

    /// The configuration of the command of that name, for a kind.
    func configuration(_ name: String, of kind: Kind) -> CommandConfiguration {
        let lines = examples.map { "  switchgear \(kind.plural) \(name) \($0)" }
        let heading = examples.count == 1 ? "Example:" : "Examples:"
        return CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: (notes.isEmpty ? "" : notes + "\n\n")
                + ([heading] + lines).joined(separator: "\n"))
    }
}
