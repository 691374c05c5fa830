import Crypto
import Foundation
import Resilience

/// Writes permits as text that cannot be guessed or changed, and reads them.
///
/// The text is the permit and an HMAC-SHA256 over it, cut to 128 bits, in base64url. So a permit
/// costs the server no memory until it is settled, and is good across restarts: the key is in
/// the database.
struct PermitCodec: Sendable {
    private static let version: UInt8 = 1
    private static let tagBytes = 16
    /// Permits are far shorter; what is longer is not looked at.
    private static let maximumTextBytes = 1024

    private let key: SymmetricKey

    /// A codec with that secret, 256 bits in base64.
    init?(secret: String) {
        guard let data = Data(base64Encoded: secret), data.count == 32 else { return nil }
        key = SymmetricKey(data: data)
    }

    /// A new secret.
    static func makeSecret() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// The permit as text.
    func encode(_ permit: Permit) -> String {
        var bytes: [UInt8] = [Self.version]
        let numbers = [
            permit.number.run, permit.number.index, permit.policyID, permit.generation,
            permit.expiresAt.nanoseconds, Int64(bitPattern: permit.lease ?? 0),
        ]
        for number in numbers { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        bytes.append(permit.lease == nil ? 0 : 1)
        for text in [permit.key.text, permit.reporter ?? ""] {
            withUnsafeBytes(of: UInt16(text.utf8.count).bigEndian) { bytes += $0 }
            bytes += text.utf8
        }
        return Self.base64url(bytes + tag(of: bytes))
    }

    /// The permit of that text; nil when this server, with this database, did not write it.
    func decode(_ text: String) -> Permit? {
        guard text.utf8.count <= Self.maximumTextBytes, let bytes = Self.bytes(base64url: text),
            bytes.count > Self.tagBytes
        else { return nil }
        let body = Array(bytes.dropLast(Self.tagBytes))
        var difference: UInt8 = 0
        for (left, right) in zip(tag(of: body), bytes.suffix(Self.tagBytes)) {
            difference |= left ^ right
        }
        guard difference == 0, body.first == Self.version else { return nil }
        var rest = body.dropFirst()
        let numbers = (0..<6).map { _ in Self.take(8, &rest) }
        let hasLease = Self.take(1, &rest) == 1
        let key = Self.takeText(&rest)
        let reporter = Self.takeText(&rest)
        return Permit(
            number: PermitNumber(run: numbers[0], index: numbers[1]), policyID: numbers[2],
            key: ExactString(key), generation: numbers[3],
            lease: hasLease ? UInt64(bitPattern: numbers[5]) : nil,
            expiresAt: Instant(nanoseconds: numbers[4]),
            reporter: reporter.isEmpty ? nil : reporter)
    }

    private func tag(of bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(Self.tagBytes))
    }

    // What follows reads bytes that the tag has vouched for.

    private static func take(_ count: Int, _ bytes: inout ArraySlice<UInt8>) -> Int64 {
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func takeText(_ bytes: inout ArraySlice<UInt8>) -> String {
        let count = Int(take(2, &bytes))
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func base64url(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString().map { character -> Character in
            character == "+" ? "-" : character == "/" ? "_" : character
        }
        return String(text.prefix { $0 != "=" })
    }

    private static func bytes(base64url text: String) -> [UInt8]? {
        let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain + padding) else { return nil }
        // One permit has one text: other spellings of the last bits are refused.
        return base64url(Array(data)) == text ? Array(data) : nil
    }
}
