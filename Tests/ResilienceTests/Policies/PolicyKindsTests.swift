import Testing

@testable import Resilience

@Suite("The kinds of policies")
struct PolicyKindsTests {
    private static let declared = PolicyKinds.declarations(among: PolicyKinds.standard)

    /// A kind of this name that declares nothing.
    private struct CachePolicy: PolicySpec {
        static let kind = Kind.cache
        static let fields: [Field<CachePolicy>] = []
    }

    @Test("have names of their own, in one and in many")
    func names() {
        let singular = Self.declared.map(\.kind.singular)
        #expect(Set(singular).count == singular.count)
        #expect(Set(Self.declared.map(\.kind.plural)).count == singular.count)
        #expect(Kind.all == Self.declared.map(\.kind))
        #expect(Set(PolicyKinds.standard.map { $0.kind }).isSubset(of: Kind.all))
    }

    @Test("declare each event once, as a word that can follow their name")
    func events() {
        for kind in Self.declared {
            #expect(Set(kind.events).count == kind.events.count, "\(kind.kind)")
            for event in kind.events {
                #expect(event.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "\(event)")
            }
        }
    }

    @Test(
        "are the family of their own events",
        arguments: [
            (LimiterPolicy.self, LimiterEvent.self), (BreakerPolicy.self, BreakerEvent.self),
            (RetryPolicy.self, RetryEvent.self), (BulkheadPolicy.self, BulkheadEvent.self),
            (TimeoutPolicy.self, TimeoutEvent.self), (GuardPolicy.self, GuardEvent.self),
        ] as [(any PolicySpec.Type, any EventName.Type)])
    func families(spec: any PolicySpec.Type, events: any EventName.Type) {
        #expect(events.family == spec.kind.singular)
        #expect(events.names == spec.events)
    }

    @Test("name their events after themselves")
    func types() {
        #expect(BulkheadEvent.leaseExpired.type == "bulkhead.lease_expired")
        #expect(LimiterEvent.reset.type == Kind.limiter.resetEvent)
    }

    @Test("are reserved as long as none is there")
    func reserved() {
        let kinds = PolicyKinds.standard + [CachePolicy.self]
        let caches = PolicyKinds.declarations(among: kinds).filter { $0.kind == .cache }
        #expect(caches.map(\.events) == [[]])
        #expect(Self.declared.filter { $0.kind == .cache }.map(\.events) == [["cleared"]])
        #expect(GuardPolicy.fields(among: kinds).map(\.info.name).contains("cache") == false)
    }
}
