import Crypto

/// Who may do what.
///
/// Only digests of tokens are kept. A token that is shown is compared with all of them, each in
/// constant time, so that the time of an answer tells nothing of a token.
public struct AccessControl: Sendable {
    /// A token, by its digest.
    public struct Token: Equatable, Sendable {
        /// The name that stands in the history.
        public let name: String
        /// What it is for.
        public let role: Role
        let digest: [UInt8]

        /// A token with the SHA-256 of that text in hexadecimal; nil when it is none.
        public init?(name: String, role: Role, sha256: String) {
            let digits = Array(sha256.utf8)
            guard digits.count == 64 else { return nil }
            var digest: [UInt8] = []
            for index in stride(from: 0, to: 64, by: 2) {
                let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
                guard let byte = UInt8(pair, radix: 16) else { return nil }
                digest.append(byte)
            }
            self.name = name
            self.role = role
            self.digest = digest
        }

        /// A token whose secret is known.
        public init(name: String, role: Role, secret: String) {
            self.name = name
            self.role = role
            digest = Self.digest(of: secret)
        }

        static func digest(of secret: String) -> [UInt8] {
            Array(SHA256.hash(data: Array(secret.utf8)))
        }
    }

    private let tokens: [Token]

    /// Access by these tokens; where there are none, anybody may do everything.
    public init(_ tokens: [Token] = []) { self.tokens = tokens }

    /// Whether a token is needed at all.
    public var isOn: Bool { !tokens.isEmpty }

    /// The token of that secret.
    public func token(_ secret: String) -> Token? {
        let shown = Token.digest(of: secret)
        var found: Token?
        for token in tokens {
            var difference: UInt8 = 0
            for (left, right) in zip(token.digest, shown) { difference |= left ^ right }
            if difference == 0 { found = token }
        }
        return found
    }
}

/// What a token is for.
public enum Role: String, CaseIterable, Sendable {
    /// Asking, telling outcomes, and looking at states.
    case decide
    /// Every GET.
    case read
    /// Everything.
    case admin
}
