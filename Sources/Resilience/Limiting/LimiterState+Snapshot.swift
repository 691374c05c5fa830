extension LimiterState: Snapshot {
    public var snapshot: JSONValue {
        var document: JSONObject = [
            "meters": .array(meters.map(\.snapshot)), "at": .integer(updatedAt.nanoseconds),
        ]
        if let episode { document["episode"] = episode.snapshot }
        return .object(document)
    }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let at = document["at"]?.integer,
            let meters = document["meters"]?.array
        else { return nil }
        self.init(at: Instant(nanoseconds: at))
        for snapshot in meters {
            guard let meter = Meter(snapshot: snapshot) else { return nil }
            self.meters.append(meter)
        }
        if let snapshot = document["episode"] {
            guard let episode = DenialEpisode(snapshot: snapshot) else { return nil }
            self.episode = episode
        }
    }
}

extension DenialEpisode: Snapshot {
    public var snapshot: JSONValue {
        .array(
            [startedAt.nanoseconds, lastDeniedAt.nanoseconds, denied, quiet.nanoseconds]
                .map { .integer($0) })
    }

    public init?(snapshot: JSONValue) {
        guard let figures = snapshot.array?.compactMap(\.integer), figures.count == 4 else {
            return nil
        }
        startedAt = Instant(nanoseconds: figures[0])
        lastDeniedAt = Instant(nanoseconds: figures[1])
        denied = figures[2]
        quiet = Timespan(nanoseconds: figures[3])
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
        guard let document = snapshot.object,
            let pacing = document["pacing"]?.string.flatMap(Limit.Pacing.init),
            let figures = document["limit"]?.array?.compactMap(\.integer), figures.count == 3,
            let level = document["level"]?.array?.compactMap({ $0.string.flatMap { Int128($0) } })
        else { return nil }
        let limit = Limit(
            pacing, quota: figures[0], capacity: figures[1],
            period: Timespan(nanoseconds: figures[2]),
            calendar: document["calendar"]?.string.flatMap(CalendarUnit.init))
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
        }
    }

    private init?(_ limit: Limit, _ figures: [Int128]) {
        guard figures.count >= 2 else { return nil }
        let instant = { Instant(nanoseconds: Int64(clamping: figures[$0])) }
        switch limit.pacing {
        case .greedy:
            let bucket = TokenBucket(debt: figures[0], updatedAt: instant(1))
            self.init(limit, .bucket(bucket))
        case .interval:
            let bucket = IntervalBucket(used: Int64(clamping: figures[0]), phase: instant(1))
            self.init(limit, .interval(bucket))
        case .firstHit, .clock:
            guard figures.count == 3 else { return nil }
            var window = FixedWindow(at: instant(1))
            window.used = Int64(clamping: figures[0])
            window.end = instant(2)
            self.init(limit, .fixed(window))
        case .sliding:
            guard figures.count == 3 else { return nil }
            self.init(
                limit,
                .sliding(
                    SlidingWindow(
                        start: instant(0), current: Int64(clamping: figures[1]),
                        previous: Int64(clamping: figures[2]))))
        }
    }
}
