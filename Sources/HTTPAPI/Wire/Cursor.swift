import Resilience

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

/// A stretch of a list, with the place where it goes on.
struct Page<Element> {
    /// The elements.
    let elements: [Element]
    /// The place of the last, when there are more.
    let next: String?

    /// A page of `limit` of the `found` elements, of which there is one more when there are more.
    init(_ found: [Element], limit: Int, place: (Element) -> String) {
        elements = Array(found.prefix(limit))
        next = found.count > limit ? elements.last.map(place).map(Cursor.encode) : nil
    }

    /// The page as a list of that name.
    func reply(_ name: String, _ write: (Element, inout JSONWriter) -> Void) -> Reply {
        .object { writer in
            writer.name(name)
            writer.array { writer in for element in elements { write(element, &writer) } }
            writer.member("next", next)
        }
    }
}
