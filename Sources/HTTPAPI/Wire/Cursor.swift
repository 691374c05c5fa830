/// The place where a list goes on: opaque on the wire, the last element's name or number inside.
enum Cursor {
    /// The place as it stands on the wire.
    static func encode(_ place: String) -> String {
        "c"
            + place.utf8.map { byte in
                let hex = String(byte, radix: 16)
                return hex.count == 1 ? "0" + hex : hex
            }.joined()
    }

    /// The place that a cursor stands for; nil when it is none.
    static func decode(_ cursor: String) -> String? {
        let digits = Array(cursor.utf8.dropFirst())
        guard cursor.utf8.first == UInt8(ascii: "c"), digits.count.isMultiple(of: 2) else {
            return nil
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), pair == pair.lowercased() else { return nil }
            bytes.append(byte)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
