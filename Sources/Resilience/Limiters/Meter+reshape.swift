extension Meter {
    /// The meters of `limits`, with what was spent on `old` ones kept where the shapes allow.
    ///
    /// A new limit takes the meter of a limit of the same length, else the one at its place. A
    /// bucket keeps what is missing from full, at most all of it; a window keeps its count where
    /// its length is the same and else is empty. The old limits count up to `changed`, the new
    /// ones from there. O(n²) in the few limits of a tier.
    static func reshape(
        _ old: [Meter], to limits: [Limit], changed: Instant, at now: Instant
    ) -> [Meter] {
        var rest = old.map(Optional.some)
        let kept = limits.map { limit in
            rest.firstIndex { $0?.limit.hasLength(of: limit) == true }.flatMap { take($0, &rest) }
        }
        return limits.indices.map { index in
            let meter = kept[index] ?? (index < rest.count ? take(index, &rest) : nil)
            return meter?.reshaped(to: limits[index], changed: changed, at: now)
                ?? Meter(limits[index], at: now)
        }
    }

    private static func take(_ index: Int, _ meters: inout [Meter?]) -> Meter? {
        defer { meters[index] = nil }
        return meters[index]
    }

    private func reshaped(to new: Limit, changed: Instant, at now: Instant) -> Meter {
        guard new != limit else { return self }
        let changed = min(changed, now)
        var meter = self
        meter.advance(to: changed)
        switch meter.level {
        case .bucket(let bucket):
            let missing = (bucket.debt, unit: Int128(limit.period.nanoseconds))
            return Self.bucket(missing: missing, new, since: changed, phase: changed, at: now)
        case .leaky(let bucket):
            // Slots that calls were told to wait for stay theirs.
            let most = new.units(new.mostTaken)
            let missing = (bucket.taken.debt, unit: Int128(limit.period.nanoseconds))
            return Self.bucket(
                missing: missing, atMost: most, new, since: changed, phase: changed, at: now)
        case .interval(let bucket):
            let missing = (Int128(bucket.used), unit: Int128(1))
            // Of another length, a period that began before the change would refill for that time.
            let phase = new.hasLength(of: limit) ? bucket.phase : changed
            return Self.bucket(missing: missing, new, since: changed, phase: phase, at: now)
        case .fixed(let window):
            return Self.window(window, of: limit, as: new, at: now)
        case .sliding:
            let isSameLength = new.pacing == .sliding && new.hasLength(of: limit)
            return isSameLength ? Meter(new, meter.level) : Meter(new, at: now)
        }
    }

    /// A meter of `new` from which so many units are missing, one token being `unit` of them.
    private static func bucket(
        missing: (count: Int128, unit: Int128), atMost most: Int128? = nil, _ new: Limit,
        since: Instant, phase: Instant, at now: Instant
    ) -> Meter {
        let (whole, fraction) = missing.count.quotientAndRemainder(dividingBy: missing.unit)
        switch new.pacing {
        case .greedy, .leaky:
            let period = Int128(new.period.nanoseconds)
            let part = (fraction * period + missing.unit - 1) / missing.unit
            let debt = min(whole * period + part, most ?? new.units(new.capacity))
            let bucket = TokenBucket(debt: debt, updatedAt: since)
            let isLeaky = new.pacing == .leaky
            return Meter(new, isLeaky ? .leaky(LeakyBucket(taken: bucket)) : .bucket(bucket))
        case .interval:
            let used = min(whole + (fraction > 0 ? 1 : 0), Int128(new.capacity))
            let bucket = IntervalBucket(used: Int64(used), phase: phase)
            return Meter(new, .interval(bucket))
        case .firstHit, .clock, .sliding: return Meter(new, at: now)
        }
    }

    private static func window(
        _ window: FixedWindow, of old: Limit, as new: Limit, at now: Instant
    ) -> Meter {
        guard new.pacing == .firstHit || new.pacing == .clock, new.hasLength(of: old) else {
            return Meter(new, at: now)
        }
        var window = window
        if new.pacing != old.pacing, window.used > 0, now < window.end {
            window.open(new, at: now)
        }
        return Meter(new, .fixed(window))
    }
}

extension Limit {
    /// Whether both have windows or periods of the same length.
    func hasLength(of other: Limit) -> Bool {
        period == other.period && calendar == other.calendar
    }
}
