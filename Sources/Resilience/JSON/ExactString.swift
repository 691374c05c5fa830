/// A string that is equal to another only when their UTF-8 bytes are the same.
///
/// `String` compares by canonical equivalence: "é" written as one scalar equals "é" written as
/// two. Names and keys on the wire are compared byte for byte, so what identifies something is
/// kept in this type. Equality, order and hashing cost O(n) in the bytes.
public struct ExactString: Hashable, Comparable, Sendable {
    /// The text itself.
    public let text: String

    /// Wraps `text`, made contiguous so that later comparisons are a `memcmp`.
    @inlinable
    public init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    /// The number of bytes of UTF-8.
    public var byteCount: Int { text.utf8.count }

    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count
            && left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Orders by bytes, which for UTF-8 is the order of the scalars, and SQLite's `BINARY`.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        precondition(isContiguous != nil, "the initializer makes the text contiguous")
        hasher.combine(UInt8(0xFF))
    }
}

extension ExactString: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral text: String) { self.init(text) }

    public var description: String { text }
}
