import Resilience
import Testing

@testable import switchgear

@Suite("Lists")
struct ListingTests {
    private func page(_ body: String) -> APIResponse {
        APIResponse(
            status: 200, mediaType: "application/json", retryAfter: nil, body: Array(body.utf8),
            url: "")
    }

    @Test("one page stays byte for byte as the server wrote it")
    func onePage() throws {
        let body = #"{ "events": [ {"seq": 1.0} ],  "next": null }"#
        var listing = Listing(of: "events")
        try listing.add(page(body))
        #expect(listing.body == Array(body.utf8))
        #expect(listing.elements == [["seq": 1]] || listing.elements == [["seq": 1.0]])
    }

    @Test("several pages become one document, with the last page's cursor")
    func severalPages() throws {
        var listing = Listing(of: "events")
        try listing.add(page(#"{"events": [{"seq": 3}, {"seq": 2}], "next": "a"}"#))
        try listing.add(page(#"{"events": [{"seq": 1}], "next": "b"}"#))
        let text = String(decoding: listing.body, as: UTF8.self)
        #expect(text == #"{"events":[{"seq":3},{"seq":2},{"seq":1}],"next":"b"}"#)
    }
}
