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

extension APIClient {
    /// The most elements that one page may have.
    static let maximumPage = 1000

    /// Reads a list from its first page to the end, or until it has `limit` elements.
    ///
    /// From the second page on it shows how far it has come.
    func list(_ request: APIRequest, of member: String, limit: Int = .max) async throws
        -> Listing
    {
        var listing = Listing(of: member)
        var cursor: String?
        repeat {
            var page = request
            let room = limit - listing.elements.count
            page.query.append(("limit", String(min(room, Self.maximumPage))))
            page.query.append(("cursor", cursor))
            try listing.add(try await send(page))
            guard let next = listing.next.string, listing.elements.count < limit else { break }
            guard next != cursor else {
                throw ClientFailure(
                    .refused, "the server returned the same page of \(member) again")
            }
            cursor = next
            Output.progress("\(listing.elements.count) \(member) read so far")
        } while true
        return listing
    }
}
