import Foundation

/// Standard output and standard error, where failing to write is not overlooked.
enum Output {
    /// Writes `text` to standard output.
    ///
    /// A reader that has gone, such as `head`, ends the program quietly.
    static func write(_ text: String) throws {
        try write(Array(text.utf8), to: 1, named: "standard output")
    }

    /// Writes a line to standard output.
    static func line(_ text: String) throws { try write(text + "\n") }

    /// Writes the body of an answer, with a line end where it has none.
    ///
    /// On a terminal what would act on it is escaped; elsewhere every byte is the server's.
    static func body(_ bytes: [UInt8]) throws {
        let end = bytes.last == UInt8(ascii: "\n") ? "" : "\n"
        if isatty(1) == 1 {
            try write(Printable.escapeJSON(String(decoding: bytes, as: UTF8.self)) + end)
        } else {
            try write(bytes + Array(end.utf8), to: 1, named: "standard output")
        }
    }

    /// Writes a line to standard error, where nothing can be done if that fails.
    static func note(_ text: String) { try? write(Array((text + "\n").utf8), to: 2, named: "") }

    /// Shows how far a long call has come, where somebody looks at standard error.
    static func progress(_ text: String) {
        guard isatty(2) == 1 else { return }
        note(text)
    }

    /// Makes the file at `path` hold `bytes`; `-` is standard output.
    static func save(_ bytes: [UInt8], at path: String) throws {
        guard path != "-" else { return try body(bytes) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, named: path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw errno == EPIPE ? ClientFailure.readerGone : failure(name)
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ name: String) -> ClientFailure {
        ClientFailure(.refused, "cannot write \(name): \(FileBytes.systemError())")
    }
}
