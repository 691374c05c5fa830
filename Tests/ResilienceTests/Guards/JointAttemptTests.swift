import Synchronization
import Testing

@testable import Resilience

@Suite("An attempt to pass several parts")
struct JointAttemptTests {
    /// Parts by what they say, whom of them is blamed, with which wait, and what each then does.
    struct Case: CustomStringConvertible, Sendable {
        let says: [Saying]
        var blamed: [String] = []
        var wait: Timespan?
        let steps: [String]

        var description: String { "\(says)" }
    }

    static let cases = [
        Case(says: [], steps: []),
        Case(says: [.yes, .yes], steps: ["keep a", "keep b"]),
        Case(
            says: [.yes, .no(5), .yes, .no(9)], blamed: ["b", "d"], wait: .seconds(9),
            steps: ["drop a", "refuse b", "drop c", "refuse d"]),
        Case(
            says: [.no(5), .no(nil)], blamed: ["a", "b"], steps: ["refuse a", "refuse b"]),
        // One that only looks on denies nothing, and records what it would have said.
        Case(says: [.yes, .looksOn(5)], steps: ["keep a", "keep b"]),
        Case(
            says: [.looksOn(5), .no(2)], blamed: ["b"], wait: .seconds(2),
            steps: ["refuse a", "refuse b"]),
        // One that has the call wait for its turn is blamed only if no other denies.
        Case(
            says: [.behind(9), .no(2), .yes], blamed: ["b"], wait: .seconds(2),
            steps: ["drop a", "refuse b", "drop c"]),
        Case(
            says: [.yes, .behind(9), .behind(3)], blamed: ["b", "c"], wait: .seconds(9),
            steps: ["drop a", "refuse b", "refuse c"]),
    ]

    @Test("is judged by what they say together", arguments: cases)
    func judging(example: Case) throws {
        let (log, parts) = Self.parts(example.says)
        let answer = JointAttempt(parts).decide(at: Instant(milliseconds: 7))
        #expect(answer.denials.map(\.part.name) == example.blamed)
        #expect(answer.isDenied == !example.blamed.isEmpty && answer.retryAfter == example.wait)
        #expect(answer.instant == Instant(milliseconds: 7))
        let steps = log.entries.filter {
            ["keep", "refuse", "drop"].contains($0.prefix { $0 != " " })
        }
        #expect(steps == example.steps)
        #expect(log.entries.filter { $0.hasPrefix("ask") } == parts.map { "ask \($0.name) 7" })
    }

    @Test("locks all parts in their order before it reads the time, and asks in the order given")
    func order() throws {
        let (log, parts) = Self.parts([.yes, .yes, .yes], locks: [2, 1, 2])
        let now = {
            log.add("now")
            return Instant.epoch
        }
        _ = JointAttempt(parts).decide(at: now())
        #expect(
            log.entries == [
                "lock 1", "lock 2", "now", "ask a 0", "ask b 0", "ask c 0", "keep a", "keep b",
                "keep c", "unlock 2", "unlock 1",
            ])
    }

    @Test("changes nothing for a call that waits, which is only asked for where it is denied")
    func waiting() throws {
        let (log, parts) = Self.parts([.yes, .no(5)])
        let waits = JointAttempt(parts).decide(at: .epoch) { answer in
            log.add("wait for \(answer.denials[0].part.name)")
            return true
        }
        #expect(waits == nil)
        #expect(
            log.entries == [
                "lock 0", "lock 1", "ask a 0", "ask b 0", "wait for b", "unlock 1", "unlock 0",
            ])
        let denied = JointAttempt(parts).decide(at: .epoch) { _ in false }
        #expect(denied?.isDenied == true && log.entries.contains("refuse b"))
        let allowed = JointAttempt(Self.parts([.yes]).parts).decide(at: .epoch) { _ in true }
        #expect(allowed?.isDenied == false)
    }

    private static func parts(
        _ says: [Saying], locks: [Int]? = nil
    ) -> (log: Journal, parts: [ToldPart]) {
        let log = Journal()
        let parts = zip("abcdefgh", says).enumerated().map { index, part in
            ToldPart("\(part.0)", part.1, locks?[index] ?? index, log)
        }
        return (log, parts)
    }
}

/// What a part is told to say, with the wait in seconds.
enum Saying: Sendable {
    case yes
    case no(Int64?)
    case looksOn(Int64?)
    case behind(Int64?)
}

/// What happens, in order.
private final class Journal: Sendable {
    private let lines = Mutex<[String]>([])

    var entries: [String] { lines.withLock { $0 } }

    func add(_ entry: String) { lines.withLock { $0.append(entry) } }
}

/// A lock that tells when it is taken.
private struct ToldLock: OrderedLock {
    let order: LockOrder
    let log: Journal

    func locked<Answer, Failure: Error>(
        _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        log.add("lock \(order.member)")
        defer { log.add("unlock \(order.member)") }
        return try body()
    }
}

/// A part that says what it is told to.
private final class ToldPart: JointPart {
    typealias Failure = Never

    let name: String
    let says: Saying
    let lock: any OrderedLock
    private let log: Journal

    init(_ name: String, _ says: Saying, _ number: Int, _ log: Journal) {
        (self.name, self.says, self.log) = (name, says, log)
        lock = ToldLock(order: LockOrder(group: 0, member: number), log: log)
    }

    var refusal: Saying? { if case .yes = says { nil } else { says } }

    var retryAfter: Timespan? {
        switch says {
        case .yes: nil
        case .no(let wait), .looksOn(let wait), .behind(let wait): wait.map { .seconds($0) }
        }
    }

    var isAllowed: Bool {
        switch says {
        case .yes, .looksOn: true
        case .no, .behind: false
        }
    }

    var isOnlyBehind: Bool { if case .behind = says { true } else { false } }

    func ask(at now: Instant) { log.add("ask \(name) \(now.milliseconds)") }

    func keep() { log.add("keep \(name)") }

    func refuse() { log.add("refuse \(name)") }

    func drop() { log.add("drop \(name)") }
}
