/// Percent-encoding as paths and queries have it (RFC 3986).
enum PercentCoding {
    /// The text that `encoded` stands for; nil when it is badly encoded or no UTF-8.
    /// In a query a plus is a space, as all form encoders write it.
    static func decode(_ encoded: Substring, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.utf8.count)
        var rest = encoded.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Whole numbers as paths and queries have them.
enum DecimalText {
    /// The number that `text` is; nil when it is none. A plus in front is not how JSON writes
    /// numbers either.
    static func integer(_ text: String) -> Int64? { text.first == "+" ? nil : Int64(text) }
}
