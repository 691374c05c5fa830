/// Writes JSON, compact, in the order it is told.
///
/// Decisions are written through it directly, without a document in between; that is most of
/// what an answer costs.
public struct JSONWriter {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes a writer with room for `capacity` bytes.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Writes an object whose members `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a member's name; its value must follow.
    public mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes any value. A number must be finite, as those are that were read.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: word("null")
        case .bool(let bool): word(bool ? "true" : "false")
        case .integer(let integer): word(integer.description)
        case .number(let number):
            precondition(number.isFinite, "JSON has no word for \(number)")
            word(number.description)
        case .string(let string):
            separate()
            quote(string)
            needsComma = true
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let object): self.object { $0.members(of: object) }
        }
    }

    /// Writes all members of `object` into the object that is open.
    public mutating func members(of object: JSONObject) {
        for (name, value) in object {
            self.name(name)
            self.value(value)
        }
    }

    private mutating func word(_ word: String) {
        separate()
        bytes.append(contentsOf: word.utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain: Bool? = text.utf8.withContiguousStorageIfAvailable { utf8 in
            guard !utf8.contains(where: Self.needsEscape) else { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
        if isPlain != true { appendEscaped(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20: bytes.append(contentsOf: Self.escape(byte).utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// How many bytes `text` takes as a string of JSON.
    public static func quotedLength(of text: String) -> Int {
        text.utf8.reduce(2) { length, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A, 0x0D, 0x09: length + 2
            case 0..<0x20: length + 6
            default: length + 1
            }
        }
    }

    private static func escape(_ byte: UInt8) -> String {
        let hex = String(byte, radix: 16)
        return "\\u00" + (hex.count == 1 ? "0" : "") + hex
    }
}

extension JSONWriter {
    /// Writes a member that is a string or null.
    public mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        self.value(JSONValue(value))
    }

    /// Writes a member that is a whole number or null.
    public mutating func member(_ name: String, _ value: Int64?) {
        self.name(name)
        self.value(JSONValue(value))
    }

    /// Writes a member that is a boolean.
    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        self.value(.bool(value))
    }

    /// Writes a member of any value.
    public mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }
}

extension JSONValue {
    /// The value as compact JSON.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value as compact JSON text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONObject {
    /// The object as compact JSON text.
    public var text: String { JSONValue.object(self).text }
}
