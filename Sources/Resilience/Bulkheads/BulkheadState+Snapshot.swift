extension BulkheadState: Snapshot {
    public var snapshot: JSONValue {
        var document: JSONObject = [
            "generation": .integer(generation), "at": .integer(updatedAt.nanoseconds),
            "slots": .array(slots.map(\.snapshot)),
        ]
        if let adaptive { document["adaptive"] = adaptive.snapshot }
        if let episode { document["episode"] = episode.snapshot }
        return .object(document)
    }

    public var snapshotSize: Int { 256 + 128 * slots.count }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let at = document["at"]?.integer,
            let generation = document["generation"]?.integer, (1...1 << 56).contains(generation),
            let slots = document["slots"]?.array, slots.count <= Bounds.slots.upperBound
        else { return nil }
        self.init(at: Instant(nanoseconds: at))
        self.generation = generation
        self.slots = slots.compactMap(SlotLease.init(snapshot:))
        adaptive = document["adaptive"].flatMap(AdaptiveConcurrency.init(snapshot:))
        episode = document["episode"].flatMap(DenialEpisode.init(snapshot:))
        guard self.slots.count == slots.count,
            zip(self.slots, self.slots.dropFirst()).allSatisfy({ $0.expiresAt <= $1.expiresAt }),
            (adaptive == nil) == (document["adaptive"] == nil),
            (episode == nil) == (document["episode"] == nil)
        else { return nil }
    }
}

extension SlotLease: Snapshot {
    public var snapshot: JSONValue {
        [
            .integer(Int64(bitPattern: id)), .integer(grantedAt.nanoseconds),
            .integer(expiresAt.nanoseconds), .integer(span.nanoseconds), .string(holder),
        ]
    }

    public init?(snapshot: JSONValue) {
        let spans = 0...Bounds.periodsMilliseconds.upperBound * 1_000_000
        guard let parts = snapshot.array, parts.count == 5, let holder = parts[4].string,
            holder.utf8.count <= Bounds.holderBytes
        else { return nil }
        let figures = parts.dropLast().compactMap(\.integer)
        guard figures.count == 4, spans.contains(figures[3]) else { return nil }
        id = UInt64(bitPattern: figures[0])
        grantedAt = Instant(nanoseconds: figures[1])
        expiresAt = Instant(nanoseconds: figures[2])
        span = Timespan(nanoseconds: figures[3])
        self.holder = holder
    }
}
