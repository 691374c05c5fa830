import NIOCore

/// A host and a port, as they stand in `Host` and `Origin`.
struct Authority: Equatable {
    /// The name or address, in lower case, without brackets and without the dot of the root.
    let host: String
    /// The port; nil where it is left out.
    let port: Int?
    /// Whether the host is an address, which no other name can be made to resolve to.
    let isAddress: Bool

    /// The host and port that `text` is; nil when it is neither `name`, `name:port` nor the same
    /// with an address, IPv6 in brackets.
    init?(_ text: some StringProtocol) {
        var host = text.lowercased()[...]
        var digits: Substring?
        let isBracketed = host.hasPrefix("[")
        if isBracketed {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            digits = rest.isEmpty ? nil : rest.dropFirst()
            host = host[..<end].dropFirst()
        } else if let colon = host.firstIndex(of: ":") {
            digits = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        if let digits, !digits.isEmpty {
            let areDigits = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard areDigits, digits.utf8.count <= 5, let port = Int(digits) else { return nil }
            self.port = port
        } else {
            port = nil
        }
        let address = isBracketed ? host.prefix { $0 != "%" } : host
        if !isBracketed, host.hasSuffix(".") { host.removeLast() }
        let isAddress =
            (try? SocketAddress(ipAddress: String(address), port: 0)) != nil
            && isBracketed == address.contains(":")
        guard isAddress || !isBracketed && Self.isName(host) else { return nil }
        self.host = String(host)
        self.isAddress = isAddress
    }

    private static func isName(_ host: Substring) -> Bool {
        (1...253).contains(host.utf8.count)
            && host.utf8.allSatisfy { byte in
                let character = Character(UnicodeScalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber)
                    || "-._".contains(character)
            }
    }
}
