import Resilience
import TestSupport
import Testing

extension HTTPReply {
    /// Holds a problem document to RFC 9457 and to what all of them have.
    func checkProblem(_ request: HTTPRequestText) {
        let place = "\(request.method) \(request.target): \(text)"
        #expect(status >= 400 && status != 500, "\(place)")
        #expect(at("/type")?.string?.hasPrefix("urn:switchgear:problem:") == true, "\(place)")
        #expect(at("/status")?.integer == Int64(status), "\(place)")
        #expect(at("/title")?.string?.isEmpty == false, "\(place)")
        #expect(at("/detail")?.string?.isEmpty == false, "\(place)")
        let path = request.target.prefix { $0 != "?" }
        #expect(at("/instance")?.string == String(path), "\(place)")
        #expect(at("/request_id")?.string == self["X-Request-Id"], "\(place)")
        #expect((self["Retry-After"] != nil) == (status == 503), "\(place)")
    }
}
