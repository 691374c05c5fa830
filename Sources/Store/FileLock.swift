import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a second server off the same database, whatever it calls it.
///
/// Two processes that write one SQLite file could both checkpoint it, which versions before
/// 3.51.3 do not always survive; and by two names a file has two write-ahead logs, each of which
/// only one of them would read. So two locks are taken. That on the database itself keeps off
/// whoever comes by another path, a symbolic link or a hard link. That on a file beside it, named
/// after what the path resolves to, keeps off whoever comes after another file was put in its
/// place, and says who holds it. Both are the kernel's, and end with the process, however that
/// ends.
///
/// A process loses the POSIX locks that SQLite has on a file when it closes any descriptor of it.
/// So it never opens a database again that it has locked, and closes this descriptor last.
final class FileLock: Sendable {
    /// The locked files; nil once they are released. Guarded by the mutex.
    private let files: Mutex<LockedFiles?>

    /// The databases that this process has locked.
    private static let locked = Mutex<Set<FileIdentity>>([])

    /// Takes the locks that belong to the database at `path`, which is made if need be.
    init(database path: String) throws(StoreError) {
        let files = try Self.locked.withLock { locked throws(StoreError) in
            if let identity = FileIdentity(path: path), locked.contains(identity) {
                throw LockedFiles.refusal(of: path, holder: LockedFiles.ownName)
            }
            let files = try LockedFiles(database: path)
            locked.insert(files.identity)
            return files
        }
        self.files = Mutex(files)
    }

    deinit { release() }

    /// Lets others have the file. To be called when nothing of this process uses it any more.
    func release() {
        files.withLock { files in
            guard let open = files else { return }
            files = nil
            Self.locked.withLock { locked in
                open.release()
                locked.remove(open.identity)
            }
        }
    }
}

/// A database and the file beside it, both open and locked.
private struct LockedFiles {
    let identity: FileIdentity
    private let database: Int32
    private let beside: Int32

    init(database path: String) throws(StoreError) {
        let database = try Self.openFile(path)
        do throws(StoreError) {
            guard let identity = FileIdentity(descriptor: database),
                let resolved = realpath(path, nil)
            else { throw Self.failure("find", path) }
            defer { free(resolved) }
            beside = try Self.lockBeside(
                String(cString: resolved) + ".lock", database: database, path)
            (self.database, self.identity) = (database, identity)
        } catch {
            close(database)
            throw error
        }
    }

    /// What a refused process is told of this one.
    static var ownName: String { "pid \(getpid())" }

    static func refusal(of path: String, holder: String) -> StoreError {
        StoreError(.locked, "\(path) is held by another process (\(holder)); stop it first")
    }

    func release() {
        // Closing alone would leave the locks with a child that has been forked at this moment,
        // until it becomes another program.
        flock(beside, LOCK_UN)
        close(beside)
        _ = Self.setFarByte(of: database, to: F_UNLCK)
        close(database)
    }

    /// Takes both locks, and notes who has them.
    private static func lockBeside(
        _ name: String, database: Int32, _ path: String
    ) throws(StoreError) -> Int32 {
        let beside = try openFile(name)
        guard setFarByte(of: database, to: F_WRLCK), flock(beside, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = [EWOULDBLOCK, EAGAIN, EACCES].contains(errno)
            let error = isHeld ? refusal(of: path, holder: read(beside)) : failure("lock", path)
            close(beside)
            throw error
        }
        let text = ownName + "\n"
        ftruncate(beside, 0)
        pwrite(beside, text, text.utf8.count, 0)
        return beside
    }

    private static func openFile(_ path: String) throws(StoreError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("open", path) }
        return descriptor
    }

    /// Locks or unlocks a byte of the database far behind those that SQLite locks, which lie
    /// around 2^30. The lock is the descriptor's and not the process's, so that it goes with no
    /// other descriptor.
    private static func setFarByte(of descriptor: Int32, to type: some BinaryInteger) -> Bool {
        var range = flock()
        range.l_type = Int16(type)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = 1 << 62
        range.l_len = 1
        return fcntl(descriptor, setDescriptorLock, &range) == 0
    }

    #if os(Linux)
        private static let setDescriptorLock: Int32 = 37  // F_OFD_SETLK
    #else
        private static let setDescriptorLock: Int32 = 90  // F_OFD_SETLK
    #endif

    private static func failure(_ verb: String, _ path: String) -> StoreError {
        StoreError(.unusable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }

    private static func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.isEmpty ? "unknown" : String(text.prefix { $0 != "\n" })
    }
}

/// Which file it is, by whatever path it is reached: its device and its number there.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    /// The file at `path`, behind any links; nil when there is none.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The file that is open.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
