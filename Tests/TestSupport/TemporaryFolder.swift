import Foundation

/// A folder of its own for the files of one test, removed with this object.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a folder.
    public init() throws {
        path = NSTemporaryDirectory() + "switchgear-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func file(_ name: String = "switchgear.db") -> String { path + "/" + name }

    /// The bytes of a file in it; nil when there is none.
    public func bytes(of name: String = "switchgear.db") -> [UInt8]? {
        FileManager.default.contents(atPath: file(name)).map(Array.init)
    }
}
