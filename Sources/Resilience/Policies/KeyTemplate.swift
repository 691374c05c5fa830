/// How a key is made of what a call says of itself: text in which `{user}` stands for the value
/// of the attribute of that name.
///
/// Attributes are called as policies are. A brace only ever stands around a name: `{{` and `}}`
/// are refused, so that they can be given a meaning one day without changing that of a template
/// already written.
///
/// Different attributes never make one key. Text stands between any two placeholders, which does
/// not begin with `%`; in every value but the last placeholder's that first character, and `%`,
/// are percent-encoded, so that it is plain where the value ends.
public struct KeyTemplate: Equatable, Sendable {
    /// The template as it was written.
    public let text: String
    private let parts: [Part]

    private enum Part: Equatable, Sendable {
        case text(String)
        /// The value of an attribute; `end` is what stands behind it, where another one follows.
        case attribute(String, end: Unicode.Scalar?)
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
        parts = try Self.ended(Self.parts(of: text))
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
        for case .attribute(let name, _) in parts where !names.contains(name) { names.append(name) }
        return names
    }

    /// The key of a call with these attributes.
    public func key(from attributes: [String: String]) throws(Failure) -> ExactString {
        var key = ""
        for part in parts {
            switch part {
            case .text(let text): key += text
            case .attribute(let name, let end):
                guard let value = attributes[name] else { throw .missing(name) }
                key += end.map { Self.encoded(value, before: $0) } ?? value
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
            parts.append(.attribute(try attribute(String(Substring(name))), end: nil))
            rest = rest[name.endIndex...].dropFirst()
        }
        return parts
    }

    /// The parts with what stands behind each attribute but the last.
    private static func ended(_ parts: [Part]) throws(KeyTemplateFault) -> [Part] {
        var ended = parts
        let places = parts.indices.filter { if case .attribute = parts[$0] { true } else { false } }
        for place in places.dropLast() {
            guard case .attribute(let name, _) = parts[place],
                case .text(let text) = parts[place + 1], let end = text.unicodeScalars.first
            else { throw KeyTemplateFault("must have a character between two attributes") }
            if end == "%" {
                throw KeyTemplateFault("must not have a '%' behind an attribute before another")
            }
            ended[place] = .attribute(name, end: end)
        }
        return ended
    }

    /// The value, with `%` and `end` percent-encoded: as `%` and two upper-case hexadecimal digits
    /// for each byte of UTF-8. Scalars are looked at rather than characters, which may melt into
    /// one with what stands behind.
    private static func encoded(_ value: String, before end: Unicode.Scalar) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            guard scalar == "%" || scalar == end else {
                text.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 {
                text.append("%")
                let digits = String(byte, radix: 16, uppercase: true)
                text.append(contentsOf: ((byte < 16 ? "0" : "") + digits).unicodeScalars)
            }
        }
        return String(text)
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

/// What is wrong with a template of keys.
public struct KeyTemplateFault: Error, Equatable, Sendable {
    /// The end of a sentence about it.
    public let detail: String

    init(_ detail: String) { self.detail = detail }
}

extension SpecType where Value == KeyTemplate {
    /// A template of keys.
    public static let keyTemplate = SpecType(
        shape: .text(maximumBytes: Bounds.keyTemplateBytes),
        read: { value, pointer, reader in
            guard let text = value.string else {
                reader.mismatch(pointer, value, expected: "a string")
                return nil
            }
            do throws(KeyTemplateFault) { return try KeyTemplate(text) } catch {
                reader.fault(pointer, error.detail)
                return nil
            }
        },
        write: { .string($0.text) })
}

extension SpecType where Value == [String: String] {
    /// What a call says of itself, by name, for the templates of keys.
    public static let attributes = map(
        of: .text(maximumBytes: Key.maximumBytes), minimumCount: 0,
        maximumCount: Bounds.attributes)
}
