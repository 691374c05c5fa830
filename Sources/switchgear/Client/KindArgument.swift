import ArgumentParser
import Resilience

/// A kind of policy on the command line, by its singular or plural name.
struct KindArgument: ExpressibleByArgument {
    /// The kind that was named.
    let kind: Kind

    init?(argument: String) {
        let named = Kind.all.first { $0.singular == argument || $0.plural == argument }
        guard let named else { return nil }
        kind = named
    }

    static var allValueStrings: [String] { Kind.all.map(\.singular) }
}
