import Resilience

/// One request to the server, before it is written as HTTP.
struct APIRequest: Sendable {
    /// The methods that the API knows.
    enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// The method.
    let method: Method
    /// The segments of the path, not yet encoded; none is empty.
    let path: [String]
    /// The members of the query, not yet encoded; those without a value are left out.
    var query: [(name: String, value: String?)] = []
    /// The media type asked for, where it is not JSON.
    var accept: String?
    /// The version that the policy must have, where one is given.
    var ifMatch: Int64?
    /// Why a write is made, where its body does not say it.
    var reason: String?
    /// The body, where there is one.
    var body: JSONValue?
    /// How long the server may hold the answer back, beside the time that a request may take.
    var waitMS: Int64 = 0

    /// A request below `/v1`, without query and body.
    init(_ method: Method, _ path: [String]) {
        precondition(path.allSatisfy { !$0.isEmpty }, "an empty segment is another path")
        self.method = method
        self.path = ["v1"] + path
    }

    /// A request to one of the probes, which need no token.
    init(probe: String) {
        method = .get
        path = [probe]
    }

    /// The path and query as they stand in the request line.
    var target: String {
        let path = path.map { "/" + PercentEncoding.encode($0) }.joined()
        let members = query.compactMap { member in
            member.value.map { "\(member.name)=\(PercentEncoding.encode($0))" }
        }
        return members.isEmpty ? path : path + "?" + members.joined(separator: "&")
    }
}

/// Percent-encoding after RFC 3986: unreserved characters stay, all other bytes are encoded.
enum PercentEncoding {
    /// `text` as it may stand in a segment of a path, or in a query.
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 0xF)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
