import Resilience

/// Bounds of pages.
enum PageLimits {
    /// Past so many bytes a page ends: a client that reads slowly keeps them in memory.
    static let bytes = 4 << 20
}

/// A stretch of a list, with the place where it goes on.
struct Page<Element> {
    /// The elements.
    let elements: [Element]
    /// Where the list goes on after an element, or after the last; nil at its end.
    private let next: (Element?) -> String?

    /// A page of the list of that name: `limit` of the `found` elements, of which there is one
    /// more when there are more.
    init(
        _ found: [Element], of list: String, limit: Int, place: @escaping (Element) -> String
    ) {
        let elements = Array(found.prefix(limit))
        let last = found.count > limit ? elements.last : nil
        self.init(elements, of: list, next: last.map(place), place: place)
    }

    /// A page of the list of that name, which goes on at `next`, where it does not end the list.
    init(
        _ elements: [Element], of list: String, next: String?,
        place: @escaping (Element) -> String
    ) {
        self.elements = elements
        self.next = { element in
            (element.map(place) ?? next).map { Cursor.encode($0, of: list) }
        }
    }

    /// The page as a list of that name. It ends early where elements are large.
    func reply(_ name: String, _ write: (Element, inout JSONWriter) -> Void) -> Reply {
        .object { writer in
            writer.name(name)
            var last: Element?
            writer.array { writer in
                for (index, element) in elements.enumerated() {
                    write(element, &writer)
                    if writer.bytes.count > PageLimits.bytes, index < elements.count - 1 {
                        last = element
                        return
                    }
                }
            }
            writer.member("next", next(last))
        }
    }
}

/// The place where a list goes on: opaque on the wire, the last element's name or number inside.
///
/// It begins with a checksum over the list and the place, so that a cursor of another list, or one
/// that was made up, is told from one that this list has given.
enum Cursor {
    /// The place in the list of that name as it stands on the wire.
    static func encode(_ place: String, of list: String) -> String {
        "c" + (checksum(place, list) + Array(place.utf8)).map(hex).joined()
    }

    /// The place that a cursor stands for; nil when it is none of that list.
    static func decode(_ cursor: String, of list: String) -> String? {
        let digits = Array(cursor.utf8.dropFirst())
        guard cursor.utf8.first == UInt8(ascii: "c"), digits.count.isMultiple(of: 2) else {
            return nil
        }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), hex(byte) == pair else { return nil }
            bytes.append(byte)
        }
        let place = String(validating: bytes.dropFirst(checksumBytes), as: UTF8.self)
        guard let place, bytes.starts(with: checksum(place, list)) else { return nil }
        return place
    }

    private static let checksumBytes = 4

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    /// FNV-1a of the list, a byte that no text has, and the place.
    private static func checksum(_ place: String, _ list: String) -> [UInt8] {
        var hash: UInt32 = 2_166_136_261
        for byte in Array(list.utf8) + [0xFF] + Array(place.utf8) {
            hash = (hash ^ UInt32(byte)) &* 16_777_619
        }
        return (0..<checksumBytes).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
    }
}
