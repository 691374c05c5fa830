import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a second server off the same file.
///
/// The lock stands on a file beside the database, is the kernel's, and ends with the process,
/// however that ends. Two processes that write one SQLite file could both checkpoint it, which
/// versions before 3.51.3 do not always survive.
final class FileLock: Sendable {
    /// The open file; nil once it is released. Guarded by the mutex.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock that belongs to the database at `path`.
    init(database path: String) throws(StoreError) {
        let path = path + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(.unusable, "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.read(descriptor)
            close(descriptor)
            throw StoreError(
                .locked, "\(path) is held by another process (\(holder)); stop it first")
        }
        let text = "pid \(getpid())\n"
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.utf8.count, 0)
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Lets others have the file.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            // Closing alone would leave the lock with a child that has been forked at this
            // moment, until it becomes another program.
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    private static func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.isEmpty ? "unknown" : String(text.prefix { $0 != "\n" })
    }
}
