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

/// An attribute of a call on the command line: `user=1`.
struct AttributeArgument: ExpressibleByArgument {
    /// What it is called.
    let name: String
    /// What the call says of it, which may be nothing.
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
            return nil
        }
        name = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }

    /// The attributes as a document; the last of a name counts.
    static func document(_ attributes: [AttributeArgument]) -> JSONValue {
        var document = JSONObject()
        for attribute in attributes { document[attribute.name] = .string(attribute.value) }
        return .object(document)
    }
}

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
