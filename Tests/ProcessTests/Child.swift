import Foundation
import Synchronization

/// A child process, with files for its input and output.
///
/// `Foundation.Process` waits with `select`, which fails where more than 1024 files are open, as
/// when many tests run at once. So the child is waited for on a thread of its own.
final class Child: Sendable {
    private let pid: pid_t
    /// Whether the number still is the child's. A signal is sent under the lock, so that it
    /// reaches nobody else.
    private let isOurs = Mutex(true)

    /// Starts a program in a process group of its own, and calls `ended` with its exit code, or
    /// 128 and the signal that ended it.
    init(
        _ path: String, _ arguments: [String], environment: [String: String], folder: String,
        files: [String], ended: @escaping @Sendable (Int32) -> Void
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            let flags = number == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
            posix_spawn_file_actions_addopen(&actions, Int32(number), file, flags, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of tests block and ignore signals that the child is to be ended by.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // The shell goes to the folder and then becomes the program.
        let shell = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, path]
        let words = (shell + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let fault = posix_spawn(
            &pid, shell[0], &actions, &attributes, words + [nil], variables + [nil])
        guard fault == 0 else { throw POSIXError(POSIXErrorCode(rawValue: fault) ?? .EIO) }
        self.pid = pid
        Thread.detachNewThread { [self] in ended(wait()) }
    }

    /// Whether it has not ended.
    var isRunning: Bool { isOurs.withLock(\.self) }

    /// Sends it a signal, and with `andItsOwn` all that it has started; unless it has ended.
    func kill(_ signal: Int32, andItsOwn: Bool = false) {
        isOurs.withLock { isOurs in
            if isOurs { _ = Foundation.kill(andItsOwn ? -pid : pid, signal) }
        }
    }

    private func wait() -> Int32 {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isOurs.withLock { isOurs in
            isOurs = false
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            let signal = status & 0x7F
            return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        }
    }
}
