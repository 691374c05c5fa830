/// A request as it goes over the wire.
public struct HTTPRequestText: Sendable {
    /// The method.
    public var method: String
    /// What stands after it: the path and the query, encoded.
    public var target: String
    /// The fields beside those that frame the body.
    public var fields: [String: String]
    /// The body; with a `Content-Type` of JSON unless the fields have another.
    public var body: [UInt8]?

    /// A request whose line is like `GET /v1/policies`.
    public init(_ line: String, _ body: String? = nil, _ fields: [String: String] = [:]) {
        let space = line.firstIndex(of: " ") ?? line.endIndex
        method = String(line[..<space])
        target = String(line[space...].dropFirst())
        self.body = body.map { Array($0.utf8) }
        self.fields = fields
    }

    /// Its bytes.
    public var bytes: [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        if fields["Host"] == nil { head += "Host: localhost\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let body {
            if !fields.keys.contains(where: { $0.lowercased() == "content-type" }) {
                head += "Content-Type: application/json\r\n"
            }
            head += "Content-Length: \(body.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
