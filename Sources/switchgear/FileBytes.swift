import Foundation
import HTTPAPI

/// Reads whole files, with an upper bound, and says why when it cannot.
enum FileBytes {
    /// The bytes of the file at `path`, or of standard input where that is `-`.
    ///
    /// More than `limit` bytes are an error, so that a mistaken path cannot fill the memory.
    static func read(path: String, limit: Int) throws(SourceFault) -> [UInt8] {
        guard path != "-" else { return try read(descriptor: 0, limit: limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SourceFault(systemError()) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit)
    }

    /// What the last failed system call complained about, in words.
    static func systemError() -> String { String(cString: strerror(errno)) }

    private static func read(descriptor: Int32, limit: Int) throws(SourceFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SourceFault(systemError()) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else {
                throw SourceFault("is larger than \(limit) bytes")
            }
            bytes += chunk.prefix(count)
        }
    }
}
