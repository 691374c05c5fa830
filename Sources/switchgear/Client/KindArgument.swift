import ArgumentParser
import Resilience

/// A kind of policy on the command line, by its singular or plural name.
struct KindArgument: ExpressibleByArgument {
    /// The kind that was named.
    let kind: Kind

    init?(argument: String) {
        let named = Self.known.first { $0.singular == argument || $0.plural == argument }
        guard let named else { return nil }
        kind = named
    }

    static var allValueStrings: [String] { known.map(\.singular) }

    /// Those that are known to the core, and those that have commands.
    private static var known: [Kind] {
        Kind.all + ClientCommands.kinds.map { $0.kind }.filter { !Kind.all.contains($0) }
    }
}
