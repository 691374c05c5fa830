import ArgumentParser
import Resilience

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
