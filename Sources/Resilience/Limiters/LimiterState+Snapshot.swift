extension LimiterState: Snapshot {
    public var snapshot: JSONValue {
        var document: JSONObject = ["accounts": .array(accounts.map(\.snapshot))]
        if let episode { document["episode"] = episode.snapshot }
        return .object(document)
    }

    public var snapshotSize: Int {
        accounts.reduce(episode == nil ? 16 : 96) {
            $0 + 64 + $1.tier.utf8.count + 128 * $1.meters.count
        }
    }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object,
            let snapshots = document["accounts"]?.array
        else { return nil }
        let accounts = snapshots.compactMap(Account.init(snapshot:))
        // They are found by halving, so they must be in order.
        let isOrdered = zip(accounts, accounts.dropFirst()).allSatisfy { $0.tier < $1.tier }
        guard accounts.count == snapshots.count, isOrdered else { return nil }
        self.init(accounts)
        if let snapshot = document["episode"] {
            guard let episode = DenialEpisode(snapshot: snapshot) else { return nil }
            self.episode = episode
        }
    }
}

extension Account: Snapshot {
    var snapshot: JSONValue {
        [
            "tier": .string(tier), "at": .integer(updatedAt.nanoseconds),
            "meters": .array(metersOnDisk.map(\.snapshot)),
        ]
    }

    init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let tier = document["tier"]?.string,
            let at = document["at"]?.integer, let snapshots = document["meters"]?.array
        else { return nil }
        let meters = snapshots.compactMap(Meter.init(snapshot:))
        guard meters.count == snapshots.count else { return nil }
        self.init(tier, meters, updatedAt: Instant(nanoseconds: at))
    }
}

extension Meter: Snapshot {
    public var snapshot: JSONValue {
        .object([
            "pacing": .string(limit.pacing.rawValue),
            "limit": [
                .integer(limit.quota), .integer(limit.capacity),
                .integer(limit.period.nanoseconds),
            ],
            "calendar": JSONValue(limit.calendar?.rawValue),
            "level": .array(levelFigures.map { .string(String($0)) }),
        ])
    }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let limit = Limit(snapshot: document),
            let level = document["level"]?.array?.compactMap({ $0.string.flatMap { Int128($0) } })
        else { return nil }
        self.init(limit, level)
    }

    /// The figures of the level, in the order of its properties.
    private var levelFigures: [Int128] {
        switch level {
        case .bucket(let bucket): [bucket.debt, Int128(bucket.updatedAt.nanoseconds)]
        case .interval(let bucket): [Int128(bucket.used), Int128(bucket.phase.nanoseconds)]
        case .fixed(let window):
            [window.used, window.start.nanoseconds, window.end.nanoseconds].map { Int128($0) }
        case .sliding(let window):
            [window.start.nanoseconds, window.current, window.previous].map { Int128($0) }
        case .leaky(let bucket):
            [bucket.taken.debt, Int128(bucket.taken.updatedAt.nanoseconds)]
        }
    }

    private init?(_ limit: Limit, _ figures: [Int128]) {
        let instant = { Int64(exactly: figures[$0]).map(Instant.init(nanoseconds:)) }
        let count = { Int64(exactly: figures[$0]).flatMap { Bounds.costs.contains($0) ? $0 : nil } }
        switch limit.pacing {
        case .greedy, .leaky:
            guard figures.count == 2, (0...limit.units(limit.mostTaken)).contains(figures[0]),
                let updatedAt = instant(1)
            else { return nil }
            let bucket = TokenBucket(debt: figures[0], updatedAt: updatedAt)
            let isLeaky = limit.pacing == .leaky
            self.init(limit, isLeaky ? .leaky(LeakyBucket(taken: bucket)) : .bucket(bucket))
        case .interval:
            guard figures.count == 2, let used = count(0), let phase = instant(1) else {
                return nil
            }
            self.init(limit, .interval(IntervalBucket(used: used, phase: phase)))
        case .firstHit, .clock:
            guard figures.count == 3, let used = count(0), let start = instant(1),
                let end = instant(2)
            else { return nil }
            var window = FixedWindow(at: start)
            window.used = used
            window.end = end
            self.init(limit, .fixed(window))
        case .sliding:
            guard figures.count == 3, let start = instant(0), let current = count(1),
                let previous = count(2)
            else { return nil }
            let window = SlidingWindow(start: start, current: current, previous: previous)
            self.init(limit, .sliding(window))
        }
    }
}

extension Limit {
    /// The limit in a meter's snapshot; nil when there is none, or none in the ranges.
    fileprivate init?(snapshot document: JSONObject) {
        guard let pacing = document["pacing"]?.string.flatMap(Pacing.init),
            let figures = document["limit"]?.array?.compactMap(\.integer), figures.count == 3,
            Bounds.counts.contains(figures[0]), Bounds.counts.contains(figures[1])
        else { return nil }
        let unit = document["calendar"]?.string
        let calendar = unit.flatMap(CalendarUnit.init)
        let periods =
            calendar == nil ? 1...Bounds.periodsMilliseconds.upperBound * 1_000_000 : 0...0
        guard periods.contains(figures[2]), (unit == nil) == (calendar == nil),
            calendar == nil || pacing == .clock
        else { return nil }
        self.init(
            pacing, quota: figures[0], capacity: figures[1],
            period: Timespan(nanoseconds: figures[2]), calendar: calendar)
    }
}
