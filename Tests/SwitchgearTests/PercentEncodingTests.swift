import Testing

@testable import switchgear

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test("unreserved characters stay as they are")
    func unreserved() {
        let text = "ABCXYZabcxyz0189-._~"
        #expect(PercentEncoding.encode(text) == text)
    }

    @Test(
        "every other byte is encoded in upper-case hexadecimal",
        arguments: [
            ("user:1", "user%3A1"), ("a b", "a%20b"), ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("50%", "50%25"), ("a%2Fb", "a%252Fb"), ("1+1=2&x", "1%2B1%3D2%26x"),
            ("é", "%C3%A9"), ("e\u{301}", "e%CC%81"), ("🚦", "%F0%9F%9A%A6"), ("", ""),
        ])
    func reserved(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
    }

    @Test("a request's target encodes segments and values, and leaves out what is not given")
    func target() {
        var request = APIRequest(.get, ["limiters", "api", "assignments", "../a"])
        #expect(request.target == "/v1/limiters/api/assignments/..%2Fa")
        request.query = [("key", ""), ("tier", nil), ("type", "limiter.*")]
        #expect(request.target.hasSuffix("?key=&type=limiter.%2A"))
    }
}
