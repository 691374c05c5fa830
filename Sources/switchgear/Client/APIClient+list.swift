import Resilience

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
