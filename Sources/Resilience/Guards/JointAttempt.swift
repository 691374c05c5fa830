/// One attempt to have a call pass several parts, all of which must allow it.
///
/// All are locked in one order, and asked at one instant, each on a copy of its state. When all
/// allow the call they keep their copies. Else they drop them, and those that deny the call record
/// that. Nobody else's call comes between, and nothing is ever taken back.
///
/// The functions are inlinable, and so public, to be compiled for the parts of the module that uses
/// them, as the compiler does it across modules for no others.
public struct JointAttempt<Part: JointPart> {
    @usableFromInline let parts: [Part]

    /// An attempt to pass these parts, which are asked in this order.
    @inlinable
    public init(_ parts: [Part]) { self.parts = parts }

    /// Asks the parts, and has them record what comes of it.
    ///
    /// - Parameter now: the time, read once all locks are held.
    @inlinable
    public func decide(
        at now: @autoclosure () -> Instant
    ) throws(Part.Failure) -> JointAnswer<Part> {
        try OrderedLocks.locked(parts.map(\.lock)) { () throws(Part.Failure) in
            let answer = try ask(at: now())
            try record(answer)
            return answer
        }
    }

    /// Asks the parts, and has them record what comes of it, unless the call waits.
    ///
    /// - Parameters:
    ///   - now: the time, read once all locks are held.
    ///   - waits: whether a call that is denied waits instead, in which case it joins its line
    ///     there and then: all locks are held.
    /// - Returns: Nil for a call that waits: then all parts are as they were.
    @inlinable
    public func decide(
        at now: @autoclosure () -> Instant, unless waits: (JointAnswer<Part>) -> Bool
    ) throws(Part.Failure) -> JointAnswer<Part>? {
        try OrderedLocks.locked(parts.map(\.lock)) { () throws(Part.Failure) in
            let answer = try ask(at: now())
            if answer.isDenied, waits(answer) { return nil }
            try record(answer)
            return answer
        }
    }

    @inlinable
    func ask(at now: Instant) throws(Part.Failure) -> JointAnswer<Part> {
        for part in parts { try part.ask(at: now) }
        return JointAnswer(of: parts, at: now)
    }

    /// Has all parts keep what came of asking them, or none; those that deny the call record it.
    @inlinable
    func record(_ answer: JointAnswer<Part>) throws(Part.Failure) {
        guard let blamed = answer.denials.first?.part else {
            for part in parts { try part.keep() }
            return
        }
        for part in parts {
            if part.refusal == nil || part.isOnlyBehind && !blamed.isOnlyBehind {
                try part.drop()
            } else {
                try part.refuse()
            }
        }
    }
}

/// What several parts say together to one call.
public struct JointAnswer<Part: JointPart> {
    /// The parts, in the order in which they were asked.
    public let parts: [Part]
    /// When they were asked.
    public let instant: Instant
    /// Those that deny the call, the first of which is told. Where a part denies it by itself, none
    /// is among them that would only have it wait for its turn.
    public let denials: [(part: Part, refusal: Part.Refusal)]

    @inlinable
    init(of parts: [Part], at instant: Instant) {
        (self.parts, self.instant) = (parts, instant)
        let denying = parts.filter { !$0.isAllowed }
        let blocking = denying.filter { !$0.isOnlyBehind }
        denials = (blocking.isEmpty ? denying : blocking).compactMap { part in
            part.refusal.map { (part, $0) }
        }
    }

    /// Whether the call is denied.
    @inlinable
    public var isDenied: Bool { !denials.isEmpty }

    /// The longest wait of those that deny the call; nil when one of them cannot tell, or none
    /// denies it.
    @inlinable
    public var retryAfter: Timespan? {
        let waits = denials.map(\.part.retryAfter)
        return waits.contains(nil) ? nil : waits.compactMap(\.self).max()
    }
}

/// One of several parts that are asked about one call. It is made for that call, and knows the
/// state that decides, which others share.
///
/// Each step is done once in an attempt, with the locks of all parts held.
public protocol JointPart: AnyObject {
    /// Its no.
    associatedtype Refusal
    /// What can go wrong with a step.
    associatedtype Failure: Error

    /// What guards the state that it decides by.
    var lock: any OrderedLock { get }
    /// What it said by itself, whatever comes of that; nil where it allows the call.
    var refusal: Refusal? { get }
    /// The shortest wait after which it would allow the call; nil when that cannot be told, or it
    /// does.
    var retryAfter: Timespan? { get }
    /// Whether the call may go on, as far as it is concerned: one that only looks on may refuse,
    /// and denies nothing. One that denies the call has refused it.
    var isAllowed: Bool { get }
    /// Whether it denies the call only because others that wait are ahead, and not by itself: what
    /// keeps those waiting is another part.
    var isOnlyBehind: Bool { get }

    /// Asks it, on a copy of its state.
    func ask(at now: Instant) throws(Failure)
    /// Keeps the copy: all parts allow the call.
    func keep() throws(Failure)
    /// Drops the copy, and records that it denies the call.
    func refuse() throws(Failure)
    /// Drops the copy: another part denies the call.
    func drop() throws(Failure)
}
