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
