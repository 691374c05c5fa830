import Crypto
import Foundation
import Resilience

/// Writes permits as text that cannot be guessed or changed, and reads them.
///
/// The text is the permit and an HMAC-SHA256 over it, cut to 128 bits, in base64url. So a permit
/// costs the server no memory until it is settled, and is good across restarts: the key is in
/// the database.
struct PermitCodec: Sendable {
    private static let version: UInt8 = 3
    /// Permits of this version name no node.
    private static let versionWithoutNode: UInt8 = 2
    private static let tagBytes = 16
    /// A guard's with two keys and a reporter of 256 bytes each is shorter; what is longer is not
    /// looked at.
    private static let maximumTextBytes = 2048

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
        var bytes = PermitWriter(version: Self.version)
        for number in [
            permit.node, permit.number.run, permit.number.index, permit.policyID,
            permit.expiresAt.nanoseconds, permit.attempt,
        ] { bytes.put(number) }
        bytes.put(permit.reporter ?? "")
        for part in permit.parts {
            for number in [
                part.policyID, part.generation, Int64(bitPattern: part.lease ?? 0),
                part.hasNoState ? 2 : part.lease == nil ? 0 : 1, part.leaseEnd?.nanoseconds ?? 0,
            ] { bytes.put(number) }
            bytes.put(part.key.text)
        }
        return Self.base64url(bytes.bytes + tag(of: bytes.bytes))
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
        guard difference == 0, let version = body.first,
            version == Self.version || version == Self.versionWithoutNode
        else { return nil }
        var rest = PermitReader(body.dropFirst())
        let node = version == Self.version ? rest.takeNumber() : 0
        let numbers = (0..<5).map { _ in rest.takeNumber() }
        let reporter = rest.takeText()
        var parts: [PermitPart] = []
        while !rest.isEmpty {
            let figures = (0..<5).map { _ in rest.takeNumber() }
            parts.append(
                PermitPart(
                    policyID: figures[0], key: ExactString(rest.takeText()),
                    generation: figures[1],
                    lease: figures[3] == 1 ? UInt64(bitPattern: figures[2]) : nil,
                    hasNoState: figures[3] == 2,
                    leaseEnd: figures[4] == 0 ? nil : Instant(nanoseconds: figures[4])))
        }
        return Permit(
            number: PermitNumber(run: numbers[0], index: numbers[1]), node: node,
            policyID: numbers[2],
            parts: parts, expiresAt: Instant(nanoseconds: numbers[3]),
            reporter: reporter.isEmpty ? nil : reporter, attempt: numbers[4])
    }

    private func tag(of bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(Self.tagBytes))
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

/// Writes the parts of a permit as bytes: whole numbers in as few as they need, most of them being
/// small, and texts with their length before them.
struct PermitWriter {
    private(set) var bytes: [UInt8]

    init(version: UInt8) { bytes = [version] }

    mutating func put(_ number: Int64) {
        // Zigzag, so that small negative numbers are short too; then seven bits a byte.
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ text: String) {
        put(Int64(text.utf8.count))
        bytes += text.utf8
    }
}

/// Reads what ``PermitWriter`` wrote, and a tag has vouched for.
struct PermitReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Whether all was read.
    var isEmpty: Bool { bytes.isEmpty }

    mutating func takeNumber() -> Int64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while let byte = bytes.popFirst() {
            number |= UInt64(byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func takeText() -> String {
        let count = Int(takeNumber())
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
