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
