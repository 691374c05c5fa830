internal import CAssets
import Crypto

/// One step in the shape of the database. Once landed it is never edited.
public struct Migration: Equatable, Sendable {
    /// Its number; steps are taken in this order.
    public let version: Int64
    /// Its file's name.
    public let name: String
    /// Its statements.
    public let sql: String

    /// A step from a file called like `0001_initial.sql`.
    public init(name: String, sql: String) {
        guard let version = Int64(name.prefix { $0 != "_" }) else {
            preconditionFailure("a migration's name begins with its number, not \(name)")
        }
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// The SHA-256 of its statements, in hexadecimal.
    public var checksum: String {
        SHA256.hash(data: Array(sql.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    /// All steps, as embedded in the binary.
    public static let all: [Migration] = (0..<switchgear_migration_count).map { index in
        let asset = switchgear_migration(index).pointee
        let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.count)
        return Migration(
            name: String(cString: asset.name), sql: String(decoding: bytes, as: UTF8.self))
    }
}
