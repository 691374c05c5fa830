import TestSupport
import Testing

@testable import Resilience

@Suite("Bulkhead, over random histories")
struct BulkheadPropertyTests {
    @Test(
        "it answers as a list of who is in, through changes of the policy and of the clock",
        arguments: 1...60 as ClosedRange<UInt64>)
    func againstTheNaive(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func pick(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &random) }
        var policy = BulkheadPolicy()
        policy.maximumConcurrent = pick(1...8)
        policy.lease = .milliseconds(pick(1...300))
        var ms = pick(0...1_800_000_000_000)
        var naive = NaiveBulkhead(
            limit: Int(policy.maximumConcurrent), leaseMs: policy.lease.milliseconds)
        var state = BulkheadState(at: Instant(milliseconds: ms))
        var permits: [BulkheadPermit] = []
        for id in 0..<600 as Range<UInt64> {
            let place: Comment = "seed \(seed), step \(id)"
            ms += pick(0...20)
            if pick(0...40) == 0 { ms += pick(-400...400) }
            if pick(0...5) == 0 { state = try state.restarted() }
            if pick(0...60) == 0 {
                policy.maximumConcurrent = pick(1...8)
                policy.lease = .milliseconds(pick(1...300))
                naive.limit = Int(policy.maximumConcurrent)
                naive.leaseMs = policy.lease.milliseconds
            }
            let now = Instant(milliseconds: ms)
            let seen = state.view(policy, at: now)
            // Ends at the same instant come in any order.
            #expect(
                Set(state.advance(policy, to: now).map(\.id)) == Set(naive.advance(to: ms)), place)
            #expect(seen == state.view(policy, at: now), place)
            switch pick(0...5) {
            case 0...2:
                let (span, queued) = (pick(1...400), pick(0...3) / 3 * pick(0...4))
                let decision = state.acquire(
                    policy, SlotRequest(id: id, lease: .milliseconds(span)), behind: queued,
                    at: now)
                let wait = naive.acquire(id, for: span, behind: Int(queued), at: ms)
                #expect(decision.isAllowed == (wait == nil), place)
                if let wait {
                    #expect(decision.denial?.retryAfter?.milliseconds ?? -1 == wait, place)
                    #expect(decision.denial?.retryAfter.map { $0 > .zero } ?? true, place)
                }
                if let slot = decision.slot {
                    permits.append(
                        BulkheadPermit(generation: 1, slot: slot.id, expiresAt: slot.expiresAt))
                }
            case 3 where !permits.isEmpty:
                let permit = permits.remove(at: Int(pick(0...Int64(permits.count - 1))))
                let answer = state.settle(permit, .success, policy, at: now)
                #expect(answer.isCounted == naive.leave(permit.slot ?? 0), place)
            case 4 where !permits.isEmpty:
                let permit = permits[Int(pick(0...Int64(permits.count - 1)))]
                let span = pick(1...400)
                let end = state.renew(permit, for: .milliseconds(span), policy, at: now)
                #expect(
                    end?.milliseconds == naive.renew(permit.slot ?? 0, for: span, at: ms), place)
            default: break
            }
            let ends = naive.holders.map(\.endMs).sorted()
            #expect(state.slots.map(\.expiresAt.milliseconds) == ends, place)
            #expect(state.nextDue?.milliseconds == ends.first, place)
        }
    }

    @Test(
        "as long as the limit stands, no more than it are in",
        arguments: 1...20 as ClosedRange<UInt64>)
    func limit(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var policy = BulkheadPolicy()
        policy.maximumConcurrent = .random(in: 1...20, using: &random)
        policy.lease = .milliseconds(50)
        var state = BulkheadState(at: .epoch)
        var ends: [UInt64: Instant] = [:]
        for id in 0..<2000 as Range<UInt64> {
            let now = Instant(milliseconds: Int64(id))
            let decision = state.acquire(policy, SlotRequest(id: id), at: now)
            ends = ends.filter { $1 > now }
            if let slot = decision.slot { ends[id] = slot.expiresAt }
            #expect(ends.count <= policy.maximumConcurrent)
            #expect(decision.inUse == ends.count)
            guard random.next() % 3 == 0, let settled = ends.keys.min() else { continue }
            ends[settled] = nil
            let permit = BulkheadPermit(generation: 1, slot: settled, expiresAt: now)
            #expect(state.release(permit, policy, at: now).isEmpty)
        }
    }
}
