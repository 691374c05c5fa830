import Foundation
import TestSupport

/// The server's binary, and other programs, run as processes of their own.
///
/// Output goes to files, so that none can fill a pipe and wait for its reader.
final class Program: Sendable {
    /// What a program that has ended left behind.
    struct Ended {
        let code: Int32
        let output: String
        let errors: String

        /// The lines on standard error.
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    /// The binary under test.
    static let binary =
        ProcessInfo.processInfo.environment["SWITCHGEAR_BINARY"]
        ?? Project.url(".build/debug/switchgear").path

    private let child: Child
    private let directory: TemporaryDirectory
    private let exits: AsyncStream<Int32>

    /// Starts a program. It has nothing of this process's environment but `PATH` and `HOME`.
    init(
        _ arguments: [String], of path: String = Program.binary,
        environment: [String: String] = [:], input: String = "", in folder: URL? = nil
    ) throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        let (exits, continuation) = AsyncStream<Int32>.makeStream()
        self.exits = exits
        let own = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
        child = try Child(
            path, arguments, environment: own.merging(environment) { $1 },
            folder: (folder ?? directory.url).path,
            files: [
                try directory.write(input, to: "in"), directory.path("out"), directory.path("err"),
            ]
        ) { code in
            continuation.yield(code)
            continuation.finish()
        }
    }

    deinit { child.kill(SIGKILL, andItsOwn: true) }

    /// Runs a program to its end.
    static func run(
        _ arguments: [String], of path: String = Program.binary,
        environment: [String: String] = [:], input: String = "", in folder: URL? = nil
    ) async throws -> Ended {
        let program = try Program(
            arguments, of: path, environment: environment, input: input, in: folder)
        return await program.ended()
    }

    /// Sends it a signal, unless it has ended.
    func kill(_ signal: Int32) { child.kill(signal) }

    /// Waits for its end. To be called once.
    func ended() async -> Ended {
        var code: Int32 = -1
        for await exit in exits { code = exit }
        return Ended(code: code, output: text("out"), errors: errors)
    }

    /// What it has written to standard error so far.
    var errors: String { text("err") }

    /// Whether it runs.
    var isRunning: Bool { child.isRunning }

    private func text(_ name: String) -> String {
        let data = FileManager.default.contents(atPath: directory.path(name)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
