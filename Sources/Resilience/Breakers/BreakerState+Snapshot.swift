extension BreakerState: Snapshot {
    public var snapshot: JSONValue {
        var document: JSONObject = [
            "position": .string(position.rawValue), "generation": .integer(generation),
            "since": .integer(since.nanoseconds), "used": .integer(usedAt.nanoseconds),
            "counts": .array(
                [timesOpened, ignored, denied, reopenings, probeSuccesses].map { .integer($0) }),
            "log": log.snapshot,
        ]
        if firstGeneration != 1 { document["first"] = .integer(firstGeneration) }
        if let lastFailureAt { document["last_failure"] = .integer(lastFailureAt.nanoseconds) }
        if let forcedUntil { document["until"] = .integer(forcedUntil.nanoseconds) }
        if let frozen {
            document["frozen"] = .array(
                frozen.counts.snapshot + [.integer(frozen.consecutiveFailures)])
        }
        if !probes.isEmpty { document["probes"] = .array(probes.map(\.snapshot)) }
        return .object(document)
    }

    public var snapshotSize: Int { 320 + log.snapshotSize + 48 * probes.count }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let since = document["since"]?.integer,
            let used = document["used"]?.integer,
            let position = document["position"]?.string.flatMap(BreakerPosition.init),
            let generation = document["generation"]?.integer,
            (1...CallCounts.most).contains(generation),
            let counts = Self.counts(document["counts"], 5),
            let log = document["log"].flatMap(CallLog.init(snapshot:))
        else { return nil }
        self.init(at: Instant(nanoseconds: since))
        usedAt = Instant(nanoseconds: used)
        (self.position, self.generation, self.log) = (position, generation, log)
        (timesOpened, ignored, denied) = (counts[0], counts[1], counts[2])
        (reopenings, probeSuccesses) = (counts[3], counts[4])
        guard readFirst(document), readInstants(document), readFrozen(document),
            readProbes(document)
        else {
            return nil
        }
    }

    private mutating func readFirst(_ document: JSONObject) -> Bool {
        guard let first = document["first"] else { return true }
        guard let first = first.integer, (1...generation).contains(first) else { return false }
        firstGeneration = first
        return true
    }

    private mutating func readInstants(_ document: JSONObject) -> Bool {
        lastFailureAt = document["last_failure"]?.integer.map(Instant.init(nanoseconds:))
        forcedUntil = document["until"]?.integer.map(Instant.init(nanoseconds:))
        return (lastFailureAt == nil) == (document["last_failure"] == nil)
            && (forcedUntil == nil) == (document["until"] == nil)
            && (forcedUntil == nil || position == .forcedOpen || position == .forcedClosed)
    }

    private mutating func readFrozen(_ document: JSONObject) -> Bool {
        guard let figures = document["frozen"] else { return position == .closed }
        guard position != .closed, let numbers = Self.counts(figures, 5),
            let counts = CallCounts(numbers.prefix(4))
        else { return false }
        frozen = FrozenFigures(counts: counts, consecutiveFailures: numbers[4])
        return true
    }

    private mutating func readProbes(_ document: JSONObject) -> Bool {
        guard let probes = document["probes"] else { return true }
        guard position == .halfOpen, let leases = probes.array, leases.count <= Bounds.probes
        else { return false }
        self.probes = leases.compactMap(ProbeLease.init(snapshot:))
        return self.probes.count == leases.count
            && zip(self.probes, self.probes.dropFirst()).allSatisfy { $0.deadline <= $1.deadline }
    }

    private static func counts(_ value: JSONValue?, _ number: Int) -> [Int64]? {
        guard let counts = value?.array?.compactMap(\.integer), counts.count == number,
            counts.allSatisfy(CallCounts.counts.contains)
        else { return nil }
        return counts
    }
}

extension ProbeLease: Snapshot {
    public var snapshot: JSONValue {
        [.integer(Int64(bitPattern: id)), .integer(deadline.nanoseconds)]
    }

    public init?(snapshot: JSONValue) {
        guard let figures = snapshot.array?.compactMap(\.integer), figures.count == 2 else {
            return nil
        }
        id = UInt64(bitPattern: figures[0])
        deadline = Instant(nanoseconds: figures[1])
    }
}
