extension CallLog: Snapshot {
    var snapshot: JSONValue {
        var document: JSONObject
        switch window {
        case .consecutive(let counts): document = ["tally": .array(counts.snapshot)]
        case .count(let window):
            document = ["size": .integer(window.size), "position": .integer(window.position)]
            let rings = window.rings
            if rings.contains(where: { $0.count > 0 }) {
                document["bits"] = .array(rings.map { .string($0.text) })
            }
        case .time(let window): document = window.snapshot
        }
        if consecutiveFailures > 0 { document["row"] = .integer(consecutiveFailures) }
        if failing != Reporters() { document["failing"] = failing.snapshot }
        if slow != Reporters() { document["slow"] = slow.snapshot }
        return .object(document)
    }

    var snapshotSize: Int {
        let calls =
            switch window {
            case .consecutive: 0
            // A ring with a bit is written in digits of four.
            case .count(let window): window.rings.count { $0.count > 0 } * Int(window.size) / 4
            case .time(let window): 48 * window.slices.count
            }
        return 96 + calls + 32 * (failing.known.count + slow.known.count)
    }

    init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let window = Window(snapshot: document) else {
            return nil
        }
        self.window = window
        if let row = document["row"] {
            guard let count = row.integer, CallCounts.counts.contains(count) else { return nil }
            consecutiveFailures = count
        }
        if let reporters = document["failing"] {
            guard let failing = Reporters(snapshot: reporters) else { return nil }
            self.failing = failing
        }
        if let reporters = document["slow"] {
            guard let slow = Reporters(snapshot: reporters) else { return nil }
            self.slow = slow
        }
    }
}

extension CallLog.Window {
    fileprivate init?(snapshot document: JSONObject) {
        if let counts = document["tally"] {
            guard let numbers = counts.array?.compactMap(\.integer),
                let counts = CallCounts(numbers[...])
            else { return nil }
            self = .consecutive(counts)
        } else if document["size"] != nil {
            guard let window = CountWindow(snapshot: document) else { return nil }
            self = .count(window)
        } else {
            guard let window = TimeWindow(snapshot: document) else { return nil }
            self = .time(window)
        }
    }
}

extension CountWindow {
    fileprivate init?(snapshot document: JSONObject) {
        guard let size = document["size"]?.integer, Bounds.callWindows.contains(size),
            let position = document["position"]?.integer,
            (0...CountWindow.longestCount).contains(position)
        else { return nil }
        var rings = Array(repeating: BitRing(), count: 3)
        if let bits = document["bits"] {
            rings = bits.array?.compactMap { $0.string.flatMap(BitRing.init(text:)) } ?? []
        }
        guard rings.count == 3 else { return nil }
        self.init(
            size: size, position: position, failed: rings[0], timedOut: rings[1], slow: rings[2])
    }
}

extension CallCounts {
    /// What a snapshot's counts may be.
    static let counts: ClosedRange<Int64> = 0...most

    /// The four numbers.
    var snapshot: [JSONValue] { [successes, failures, timeouts, slow].map { .integer($0) } }

    /// Those of four numbers; nil when they are not that, or contradict each other.
    init?(_ counts: ArraySlice<Int64>) {
        let counts = Array(counts)
        guard counts.count == 4, counts.allSatisfy(Self.counts.contains),
            counts[2] <= counts[1], counts[3] <= counts[0] + counts[1]
        else { return nil }
        self.init(
            successes: counts[0], failures: counts[1], timeouts: counts[2], slow: counts[3])
    }
}

extension Reporters: Snapshot {
    var snapshot: JSONValue {
        .array(
            known.map { [.integer(Int64(bitPattern: $0.hash)), .integer($0.position)] })
    }

    init?(snapshot: JSONValue) {
        guard let values = snapshot.array else { return nil }
        let known = values.compactMap { value -> Reporter? in
            guard let figures = value.array?.compactMap(\.integer), figures.count == 2 else {
                return nil
            }
            return Reporter(hash: UInt64(bitPattern: figures[0]), position: figures[1])
        }
        guard known.count == values.count else { return nil }
        self.init(known)
    }
}
