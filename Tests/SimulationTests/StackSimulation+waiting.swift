import Resilience
import Testing

@testable import ControlPlane

/// Calls that wait, and policies that are deleted while permits of theirs are settled.
extension StackSimulation {
    mutating func waitForGuard(_ key: ExactString) {
        let user = Self.keys.randomElement(using: &random) ?? ""
        let span = Timespan.milliseconds(.random(in: 1...60_000, using: &random))
        let request = GuardRequest(
            attributes: ["user": user.text, "host": key.text],
            cost: .random(in: 0...3, using: &random), wait: span)
        waiting.start(.guarded("checkout", request), for: span, plane)
    }

    mutating func waitForBulkhead(_ key: ExactString) {
        let span = Timespan.milliseconds(.random(in: 1...40_000, using: &random))
        let request = BulkheadRequest(key: key, wait: span, holder: "sim")
        waiting.start(.bulkhead("slots", request), for: span, plane)
    }

    /// Takes down what calls that waited were told, in the order of time.
    mutating func noteTold() async {
        var grants: [(at: Instant, call: WaitingCalls.Call, answer: WaitingCalls.Answer)] = []
        for (call, answer) in await waiting.told(by: plane) {
            switch answer {
            case .guarded(let answer):
                grants.append((call.since + answer.waited, call, .guarded(answer)))
            case .bulkhead(let reply):
                grants.append(
                    (reply.slot?.grantedAt ?? min(plane.now, call.deadline), call, .bulkhead(reply))
                )
            case .refused(let code):
                #expect(["overloaded", "not_found"].contains(code), "\(call): \(code)")
            }
        }
        for grant in grants.sorted(by: { ($0.at, $0.call.number) < ($1.at, $1.call.number) }) {
            #expect(grant.at <= grant.call.deadline, "\(grant.call) was told too late")
            slots.advance(to: grant.at)
            note(grant.answer, of: grant.call, at: grant.at)
        }
    }

    private mutating func note(
        _ answer: WaitingCalls.Answer, of call: WaitingCalls.Call, at instant: Instant
    ) {
        switch (answer, call.question) {
        case (.guarded(let answer), .guarded(_, let request)):
            guard let permit = answer.permit else { return }
            permits.append(permit)
            attempts[permit] = 1
            note(answer, permit, ExactString(request.attributes["host"] ?? ""), at: instant)
        case (.bulkhead(let reply), .bulkhead("slots", let request)):
            guard let permit = reply.permit else { return }
            permits.append(permit)
            hold(reply, permit, request.key)
        default: break
        }
    }

    /// No call is forgotten: who is first for its keys is denied still, and for no longer than it
    /// would wait.
    func holdWaiting() throws {
        var seen: Set<String> = []
        for call in waiting.waiting {
            #expect(call.deadline > plane.now, "\(call) waits on after its deadline")
            switch call.question {
            case .bulkhead(let name, let request):
                let view = try plane.bulkheads.status(name, request.key).view
                #expect(view.free == 0, "\(call) waits beside a free slot")
            case .guarded(_, let request):
                guard seen.insert("\(request.attributes.sorted { $0.key < $1.key })").inserted
                else { continue }
                #expect(try isDenied(request), "\(call) waits for nothing")
            }
        }
    }

    private func isDenied(_ request: GuardRequest) throws -> Bool {
        let user = ExactString(request.attributes["user"] ?? "")
        let host = ExactString(request.attributes["host"] ?? "")
        let limits: [(String, ExactString)] = [("users", user), ("orgs", "all"), ("paced", user)]
        let isLimited = try limits.contains { name, key in
            let asked = LimiterRequest(key: key, cost: request.cost)
            return try !plane.limiters.peek(name, asked).isAllowed
        }
        let bulkhead = try plane.bulkheads.status("slots", host)
        let breaker = try plane.breakers.view("up", host)
        return isLimited || bulkhead.view.inUse + bulkhead.queued >= bulkhead.view.limit
            || !breaker.wouldAllow
    }

    // MARK: Deletions

    /// Settles a permit twice while the guard that gave it is deleted: its slot is free after that,
    /// whichever comes first.
    mutating func deleteGuard(_ key: ExactString) async throws {
        let spec: JSONValue = ["bulkhead": ["name": "slots", "key": "{host}"]]
        try await apply([Self.policy("guard", "brief", spec)])
        let answer = try await plane.guards.acquire(
            "brief", GuardRequest(attributes: ["host": key.text]), by: Self.caller)
        guard let permit = answer.permit else {
            return try await plane.policies.delete(.guard, "brief", by: Self.caller)
        }
        note(answer, permit, key, at: plane.now)
        try await settleAndDelete(permit, .guard, "brief")
        slots.free(permit)
    }

    /// Settles a permit twice while its bulkhead is deleted, and another call waits for the slot.
    mutating func deleteBulkhead() async throws {
        let spec: JSONValue = ["max_concurrent": 1, "max_queue": 2, "max_wait_ms": 40_000]
        try await apply([Self.policy("bulkhead", "brief", spec)])
        let reply = try await plane.bulkheads.acquire(
            "brief", BulkheadRequest(), by: Self.caller)
        waiting.start(.bulkhead("brief", BulkheadRequest()), for: .seconds(40), plane)
        await noteTold()
        try await settleAndDelete(try #require(reply.permit), .bulkhead, "brief")
        await noteTold()
        #expect(
            !waiting.waiting.contains {
                if case .bulkhead("brief", _) = $0.question { true } else { false }
            },
            "a call waits for a bulkhead that was deleted")
    }

    private func apply(_ policies: [JSONValue]) async throws {
        _ = try await plane.policies.apply(
            policies, prune: false, dryRun: false, by: Self.caller)
    }

    private func settleAndDelete(_ permit: String, _ kind: Kind, _ name: String) async throws {
        let (plane, caller) = (plane, Self.caller)
        let told = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await plane.permits.settle(
                        permit, OutcomeReport(.success), by: caller
                    ).reason?.rawValue ?? "counted"
                }
            }
            group.addTask {
                try await plane.policies.delete(kind, name, by: caller)
                return nil
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }.compactMap(\.self)
        #expect(told.count { $0 == "counted" } <= 1, "a permit counted twice: \(told)")
        #expect(told.allSatisfy { ["counted", "duplicate", "gone"].contains($0) }, "\(told)")
    }
}
