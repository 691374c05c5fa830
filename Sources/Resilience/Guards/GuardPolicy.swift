/// The spec of a guard: the policies that protect one sort of call, asked as one.
///
/// A call is allowed when every limiter, the bulkhead and the breaker allow it; then all of them
/// are charged, else none is. The others say how the call is made: how long it may take, whether
/// it is tried again, and what stands in for its answer.
public struct GuardPolicy: PolicySpec {
    public static let kind = Kind.guard

    /// The limiters, in the order in which they are asked.
    public var limiters: [GuardPartSpec]?
    /// The bulkhead.
    public var bulkhead: GuardPartSpec?
    /// The breaker.
    public var breaker: GuardPartSpec?
    /// The cache that may answer instead.
    public var cache: GuardPartSpec?
    /// The retry policy of calls that fail.
    public var retry: String?
    /// The timeout policy of the calls.
    public var timeout: String?
    /// The fallback of calls that are denied or fail.
    public var fallback: String?
    /// The error budget that the outcomes count in.
    public var budget: String?

    public init() {}

    public static let fields: [Field<GuardPolicy>] = [
        Field(
            "limiters", \.limiters,
            .list(of: .part, maximumCount: Bounds.limitersPerGuard), showsNull: true,
            "The limiters, in the order in which they are asked; all must allow a call."),
        Field(
            "bulkhead", \.bulkhead, .part, showsNull: true,
            "The bulkhead that a call holds a slot of."),
        Field("breaker", \.breaker, .part, showsNull: true, "The breaker that a call passes."),
        Field(
            "cache", \.cache, .part, showsNull: true, "The cache that may answer instead."),
        Field(
            "retry", \.retry, .name, showsNull: true,
            "The retry policy that says whether a failed call is tried again."),
        Field(
            "timeout", \.timeout, .name, showsNull: true,
            "The timeout policy that says how long a call may take."),
        Field(
            "fallback", \.fallback, .name, showsNull: true,
            "What stands in for the answer of a call that is denied or fails."),
        Field(
            "budget", \.budget, .name, showsNull: true,
            "The error budget that the outcomes count in."),
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        let hasPart =
            limiters != nil || bulkhead != nil || breaker != nil || cache != nil || retry != nil
            || timeout != nil || fallback != nil || budget != nil
        if !hasPart { reader.fault(pointer, "needs at least one part") }
    }

    public var references: [PolicyReference] {
        let spec = JSONPointer.root.appending("spec")
        var references: [PolicyReference] = []
        for (index, part) in (limiters ?? []).enumerated() {
            references.append(
                PolicyReference(
                    spec.appending("limiters").appending(index),
                    PolicyIdentity(.limiter, part.name)))
        }
        let single = [
            ("bulkhead", Kind.bulkhead, bulkhead?.name), ("breaker", .breaker, breaker?.name),
            ("cache", .cache, cache?.name), ("retry", .retry, retry),
            ("timeout", .timeout, timeout), ("fallback", .fallback, fallback),
            ("budget", .budget, budget),
        ]
        for case (let member, let kind, let name?) in single {
            references.append(
                PolicyReference(spec.appending(member), PolicyIdentity(kind, name)))
        }
        return references
    }
}
