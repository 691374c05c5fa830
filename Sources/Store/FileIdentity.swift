#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
