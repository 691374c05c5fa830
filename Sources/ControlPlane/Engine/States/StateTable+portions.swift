import Resilience

/// Work on many keys that keeps no other call waiting long for their locks.
extension StateTable {
    /// Does `body` with the slots that `keys` have, a few of them at a time and with their lock
    /// held.
    func look(at keys: [ExactString], _ body: ([(key: ExactString, slot: Slot)]) -> Void) {
        forEachPortion(of: keys) { shard, keys in
            shard.locked {
                shard.countVisits(keys.count)
                body(keys.compactMap { key in shard[key].map { (key, $0) } })
            }
        }
    }

    /// Drops the slots among those of `keys` that `isDropped` says yes to.
    ///
    /// - Returns: The keys that still have one.
    func drop(
        _ keys: [ExactString], _ isDropped: (ExactString, Slot) -> Bool
    ) -> [ExactString] {
        var kept: [ExactString] = []
        forEachPortion(of: keys) { shard, keys in
            shard.locked {
                shard.countVisits(keys.count)
                for key in keys {
                    guard let slot = shard[key] else { continue }
                    if !shard.isBeingReset(key), isDropped(key, slot) {
                        shard.remove(key)
                        keyCounter.leave(1)
                    } else {
                        kept.append(key)
                    }
                }
            }
        }
        return kept
    }

    /// Divides keys into portions of one part each, so small that none waits long for their lock.
    private func forEachPortion(
        of keys: [ExactString], _ body: (StateShard<State>, ArraySlice<ExactString>) -> Void
    ) {
        for keys in Dictionary(grouping: keys, by: \.shard).values {
            var rest = keys[...]
            while let first = rest.first {
                body(shard(of: first), rest.prefix(PlaneLimits.keysAtOnce))
                rest = rest.dropFirst(PlaneLimits.keysAtOnce)
            }
        }
    }
}
