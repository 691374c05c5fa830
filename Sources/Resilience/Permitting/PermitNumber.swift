/// Which permit it is: the run of the server that gave it, and its place in that run.
///
/// Runs are numbered upwards, so that no number is given twice, also after a crash.
public struct PermitNumber: Hashable, Sendable {
    /// The run of the server.
    public let run: Int64
    /// The place in the run, from 0.
    public let index: Int64

    /// The permit at that place of that run.
    public init(run: Int64, index: Int64) {
        self.run = run
        self.index = index
    }
}
