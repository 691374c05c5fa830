import HTTPTypes

/// The name that a request has in answers and logs.
enum RequestID {
    static let field = HTTPField.Name("X-Request-Id")!

    /// The client's own where it is printable ASCII of at most 128 bytes, else a new one.
    static func of(_ headers: HTTPFields) -> String {
        if let id = headers[field], (1...128).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return id
        }
        return make()
    }

    /// A new one: 128 random bits in hexadecimal.
    static func make() -> String {
        let digits = String(UInt128.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
