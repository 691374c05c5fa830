/// Something that is locked together with others.
protocol OrderedLock: Sendable {
    /// Its place among the others.
    var order: LockOrder { get }

    /// Does `body` with the lock held.
    func locked<Answer>(_ body: () throws -> Answer) rethrows -> Answer
}
