/// Reads JSON strictly: RFC 8259 to the letter, with what lenient readers let pass made visible.
///
/// Trailing bytes, invalid UTF-8, lone surrogates, numbers beyond the range of doubles and nesting
/// beyond ``maximumDepth`` are errors.
/// Duplicate members are read on and reported, each with its pointer, so that one answer can name
/// all faults of a document. Foundation's readers keep one of the duplicates and say nothing,
/// which is why this exists. O(n) in the bytes.
public struct JSONParser {
    /// How deep arrays and objects may nest; the bound keeps recursion off the end of the stack.
    public static let maximumDepth = 64

    /// How long the name of a member may be. Pointers are made of names, so this bounds what the
    /// faults of a document come to.
    public static let maximumNameBytes = 1024
    /// How many duplicate members are reported.
    public static let maximumDuplicates = 100

    /// A document, and the members that stood in it twice.
    public struct Document: Sendable {
        /// The value; of duplicate members the first.
        public let value: JSONValue
        /// Where a member of the same name had been before.
        public let duplicates: [JSONPointer]
    }

    private var scanner: JSONScanner
    private var duplicates: [JSONPointer] = []
    private var path: [PathStep] = []

    private enum PathStep {
        case name(String)
        case index(Int)
    }

    private init(_ bytes: [UInt8]) { scanner = JSONScanner(bytes) }

    /// Reads the whole of `bytes` as one document.
    public static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> Document {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.scanner.skipSpace()
        guard parser.scanner.isAtEnd else {
            throw parser.scanner.error("unexpected bytes after the document")
        }
        return Document(value: value, duplicates: parser.duplicates)
    }

    /// Reads the whole of `text` as one document.
    public static func parse(_ text: String) throws(JSONSyntaxError) -> Document {
        try parse(Array(text.utf8))
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        scanner.skipSpace()
        guard let byte = scanner.peek else { throw scanner.error("unexpected end") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try scanner.string())
        case UInt8(ascii: "t"): return try scanner.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try scanner.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try scanner.literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try scanner.number()
        default: throw scanner.error("expected a value")
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        var object = JSONObject()
        try enter(UInt8(ascii: "{"))
        var isFirst = true
        while try !scanner.closes(with: UInt8(ascii: "}"), isFirst: isFirst) {
            isFirst = false
            scanner.skipSpace()
            let name = try scanner.string()
            guard name.utf8.count <= Self.maximumNameBytes else {
                throw scanner.error("a name of more than \(Self.maximumNameBytes) bytes")
            }
            scanner.skipSpace()
            try scanner.expect(UInt8(ascii: ":"))
            path.append(.name(name))
            let member = try value()
            if object[name] == nil {
                object[name] = member
            } else if duplicates.count < Self.maximumDuplicates {
                duplicates.append(pointer)
            }
            path.removeLast()
        }
        return object
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        var array: [JSONValue] = []
        try enter(UInt8(ascii: "["))
        while try !scanner.closes(with: UInt8(ascii: "]"), isFirst: array.isEmpty) {
            path.append(.index(array.count))
            array.append(try value())
            path.removeLast()
        }
        return array
    }

    private mutating func enter(_ bracket: UInt8) throws(JSONSyntaxError) {
        guard path.count < Self.maximumDepth else {
            throw scanner.error("nested deeper than \(Self.maximumDepth)")
        }
        try scanner.expect(bracket)
    }

    private var pointer: JSONPointer {
        path.reduce(.root) { pointer, step in
            switch step {
            case .name(let name): pointer.appending(name)
            case .index(let index): pointer.appending(index)
            }
        }
    }
}

/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// What was wrong.
    public let reason: String
    /// The offset of the first byte that could not be read.
    public let offset: Int

    public var description: String { "\(reason) at byte \(offset)" }
}
