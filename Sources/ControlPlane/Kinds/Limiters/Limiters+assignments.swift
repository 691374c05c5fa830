public import Resilience
import Store

/// Assignments: what is settled for single keys. They are on disk before they hold.
extension Limiters {
    /// The assignment of a key.
    public func assignment(_ name: String, _ key: ExactString) throws -> Assignment {
        let now = context.clock.now()
        guard let assignment = try live.find(name).own.assignment(of: key),
            assignment.isInForce(at: now)
        else { throw PlaneError(.notFound, "the key \"\(key)\" has no assignment") }
        return assignment
    }

    /// The assignments after `cursor` by the bytes of their keys, at most `limit`.
    public func assignments(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [Assignment] {
        try live.find(name).own.assignments(
            after: cursor, limit: limit, at: context.clock.now())
    }

    /// Settles what a key may do.
    ///
    /// - Returns: The assignment, and whether the key had none before.
    public func assign(
        _ name: String, _ key: ExactString, _ document: JSONValue, faults: [Fault] = [],
        by caller: Caller
    ) async throws -> (assignment: Assignment, isNew: Bool) {
        try await inTurn(name, key) { limiter in
            let now = context.clock.now()
            let spec = try read(document, faults, for: limiter.version.spec, at: now)
            let present = limiter.own.assignment(of: key).flatMap {
                $0.isInForce(at: now) ? $0 : nil
            }
            if let present, present.spec == spec { return (present, false) }
            if present == nil { try checkRoom() }
            let record = AssignmentRecord(
                policyID: limiter.id, key: key, document: spec.document,
                expiresAt: spec.expiresAt, updatedAt: now, updatedBy: caller.actor)
            let assignment = Assignment(record: record, spec: spec)
            var change = Change(events: [
                EventDraft(
                    LimiterEvent.assigned.type, limiter.version.entry, key, by: caller,
                    [
                        "assignment": .object(spec.document),
                        "before": present.map { .object($0.spec.document) } ?? .null,
                    ], reason: caller.reason, at: now)
            ])
            change.assignments = [.put(record)]
            try await context.store.record(change)
            putInForce(assignment, limiter, key)
            return (assignment, present == nil)
        }
    }

    /// Takes back what was settled for a key.
    public func unassign(
        _ name: String, _ key: ExactString, by caller: Caller
    ) async throws {
        try await inTurn(name, key) { limiter in
            let present = try assignment(name, key)
            let now = context.clock.now()
            let change = removal(
                of: present, limiter, by: caller, reason: caller.reason, at: now)
            try await context.store.record(change)
            limiter.own.assign(nil, to: key)
            pump(limiter, key)
        }
    }

    /// Changes what is settled for one key: with no operator's change of anything else under way,
    /// and those of the same key one after the other. Those of other keys are made at the same
    /// time, and so many of them go to the disk in one commit.
    private func inTurn<Answer>(
        _ name: String, _ key: ExactString, _ change: (Live) async throws -> Answer
    ) async throws -> Answer {
        try await context.operating.withSharedLock {
            let limiter = try live.find(name)
            return try await limiter.own.assigning.withLock(key) { try await change(limiter) }
        }
    }

    /// Checks that there may be one more, where those under way, this one included, are new.
    private func checkRoom() throws(PlaneError) {
        let number = live.all.reduce(0) { $0 + $1.own.assignmentCount + $1.own.assigning.count }
        guard number <= PlaneLimits.assignments else {
            throw PlaneError(
                .overloaded, "there may be \(PlaneLimits.assignments) assignments at most")
        }
    }

    /// Takes over an assignment read from disk.
    func restore(_ record: AssignmentRecord, _ limiter: Live) {
        // What default variables filled in was stored; what they leave out must stay so.
        var reader = SpecReader()
        let document = JSONValue.object(record.document)
        // One that the policy's algorithm no longer takes stays on disk and counts as none.
        guard let spec: AssignmentSpec = reader.read(from: document) else { return }
        let assignment = Assignment(record: record, spec: spec)
        putInForce(assignment, limiter, record.key)
    }

    private func putInForce(
        _ assignment: Assignment, _ limiter: Live, _ key: ExactString
    ) {
        limiter.own.assign(assignment, to: key)
        pump(limiter, key)
        if let expiresAt = assignment.spec.expiresAt { watch(limiter, key, until: expiresAt) }
    }

    /// Takes the assignment of a key out of force when it expires.
    private func watch(_ limiter: Live, _ key: ExactString, until instant: Instant) {
        let timer = limiter.timer(key, .assignmentExpiry)
        context.timers.schedule(timer, at: instant) { [weak self, weak limiter] now in
            guard let self, let limiter else { return }
            if let expired = limiter.own.expire(key, at: now) {
                var change = self.removal(
                    of: expired, limiter, by: .system, reason: "expired", at: now)
                change.assignments = [
                    .expire(policyID: limiter.id, key: key, at: now)
                ]
                self.context.store.writer.enqueue(change)
                self.pump(limiter, key)
            } else if let next = limiter.own.assignment(of: key)?.spec.expiresAt {
                self.watch(limiter, key, until: next)
            }
        }
    }

    private func removal(
        of assignment: Assignment, _ limiter: Live, by caller: Caller, reason: String?,
        at now: Instant
    ) -> Change {
        let key = assignment.record.key
        let event = EventDraft(
            LimiterEvent.unassigned.type, limiter.version.entry, key, by: caller,
            ["before": .object(assignment.spec.document)], reason: reason, at: now)
        var change = Change(events: [event])
        change.assignments = [.delete(policyID: limiter.id, key: key)]
        return change
    }

    private func read(
        _ document: JSONValue, _ known: [Fault], for policy: LimiterPolicy, at now: Instant
    ) throws(PlaneError) -> AssignmentSpec {
        // What was read can be put again: the server's own members are ignored.
        let own = document.object.map { members in
            JSONValue.object(
                members.filter { name, _ in !["key", "updated_at", "updated_by"].contains(name) })
        }
        var reader = SpecReader(variables: policy.relevant(context.variables))
        let told = AssignmentSpec.shape.readingDurations(in: own ?? document, at: .root, &reader)
        var spec: AssignmentSpec? = reader.readPart(from: told)
        spec = spec.map { $0.completed(for: policy, &reader) }
        if let expiresAt = spec?.expiresAt, expiresAt <= now {
            reader.fault(JSONPointer.root.appending("expires_at"), "must be in the future")
        }
        let faults = known + reader.faults
        guard let spec, faults.isEmpty else { throw .invalid(faults) }
        return spec
    }
}

extension Timers.Purpose {
    /// An assignment expires.
    fileprivate static let assignmentExpiry = Timers.Purpose(name: "assignment")
}
