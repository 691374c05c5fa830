import Resilience

/// A stretch of a list, with the place where it goes on.
struct Page<Element> {
    /// The elements.
    let elements: [Element]
    /// The place where the list goes on; nil at its end.
    let next: String?

    /// A page of the list of that name: `limit` of the `found` elements, of which there is one
    /// more when there are more.
    init(_ found: [Element], of list: String, limit: Int, place: (Element) -> String) {
        elements = Array(found.prefix(limit))
        let last = found.count > limit ? elements.last : nil
        next = last.map { Cursor.encode(place($0), of: list) }
    }

    /// A page of the list of that name, which goes on at `next`, where it does not end the list.
    init(_ elements: [Element], of list: String, next: String?) {
        self.elements = elements
        self.next = next.map { Cursor.encode($0, of: list) }
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
