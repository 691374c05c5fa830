/// How a key is made of what a call says of itself: text in which `{user}` stands for the value
/// of the attribute of that name.
///
/// Attributes are called as policies are. A brace only ever stands around a name: `{{` and `}}`
/// are refused, so that they can be given a meaning one day without changing that of a template
/// already written.
public struct KeyTemplate: Equatable, Sendable {
    /// The template as it was written.
    public let text: String
    private let parts: [Part]

    private enum Part: Equatable, Sendable {
        case text(String)
        case attribute(String)
    }

    /// Why a template gives no key for a call.
    public enum Failure: Error, Equatable, Sendable {
        /// The call says nothing of the attribute of that name.
        case missing(String)
        /// What it gives is no key; told as the end of a sentence about it.
        case unusable(String)
    }

    /// The template of `text`.
    ///
    /// - Throws: What is wrong with it, as the end of a sentence about it.
    public init(_ text: String) throws(KeyTemplateFault) {
        if text.utf8.count > Bounds.keyTemplateBytes {
            throw KeyTemplateFault("must be at most \(Bounds.keyTemplateBytes) bytes")
        }
        if text.containsControlCharacters {
            throw KeyTemplateFault("must not contain control characters")
        }
        parts = try Self.parts(of: text)
        self.text = text
        let fixed = parts.reduce(0) {
            if case .text(let text) = $1 { $0 + text.utf8.count } else { $0 }
        }
        guard fixed <= Key.maximumBytes else {
            throw KeyTemplateFault(
                "must have at most \(Key.maximumBytes) bytes beside its attributes")
        }
    }

    private init() { (text, parts) = ("", []) }

    /// The template of the empty key.
    public static let empty = KeyTemplate()

    /// The names of the attributes that it needs, each once, in the order of the template.
    public var attributes: [String] {
        var names: [String] = []
        for case .attribute(let name) in parts where !names.contains(name) { names.append(name) }
        return names
    }

    /// The key of a call with these attributes.
    public func key(from attributes: [String: String]) throws(Failure) -> ExactString {
        var key = ""
        for part in parts {
            switch part {
            case .text(let text): key += text
            case .attribute(let name):
                guard let value = attributes[name] else { throw .missing(name) }
                key += value
            }
        }
        if let fault = Key.fault(of: key) { throw .unusable(fault) }
        return ExactString(key)
    }

    /// Braces are ASCII, so that bytes can be looked at without regard to characters.
    private static func parts(of text: String) throws(KeyTemplateFault) -> [Part] {
        var parts: [Part] = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let plain = rest.prefix { !isBrace($0) }
            if !plain.isEmpty { parts.append(.text(String(Substring(plain)))) }
            rest = rest[plain.endIndex...]
            guard let brace = rest.first else { break }
            guard brace == UInt8(ascii: "{") else {
                throw KeyTemplateFault("has a '}' without '{'")
            }
            let name = rest.dropFirst().prefix { !isBrace($0) }
            guard name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: "}") else {
                throw KeyTemplateFault("has a '{' that is not closed")
            }
            parts.append(.attribute(try attribute(String(Substring(name)))))
            rest = rest[name.endIndex...].dropFirst()
        }
        return parts
    }

    private static func attribute(_ name: String) throws(KeyTemplateFault) -> String {
        if let fault = PolicyName.fault(of: name) {
            throw KeyTemplateFault("has an attribute \"\(name)\", whose name \(fault)")
        }
        return name
    }

    private static func isBrace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
    }
}
