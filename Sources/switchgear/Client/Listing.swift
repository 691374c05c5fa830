import Resilience

/// What a list of the API holds, collected over its pages.
struct Listing: Sendable {
    /// The member that the elements stand in: `policies`.
    let member: String
    /// The elements, in the server's order.
    private(set) var elements: [JSONObject] = []
    /// Where the list goes on behind the last page read; null at its end.
    private(set) var next: JSONValue = .null
    private var pageBody: [UInt8] = []
    private var pageCount = 0

    /// An empty list of that member.
    init(of member: String) { self.member = member }

    /// Adds a page.
    mutating func add(_ page: APIResponse) throws {
        let document = try page.document()
        elements += (document[member]?.array ?? []).compactMap(\.object)
        next = document["next"] ?? .null
        pageBody = page.body
        pageCount += 1
    }

    /// The list as one JSON document: the server's own bytes when they were one page.
    var body: [UInt8] {
        guard pageCount != 1 else { return pageBody }
        let document: JSONObject = [
            member: .array(elements.map { .object($0) }), "next": next,
        ]
        return JSONValue.object(document).bytes
    }
}
