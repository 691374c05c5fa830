import Resilience

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
