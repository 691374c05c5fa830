import ControlPlane
import Resilience

extension KindStats {
    /// The figures of the policy of that name.
    func reply(_ name: String, since: Instant) -> Reply {
        .object { writer in
            writer.member("name", name)
            writer.member("since_at", since.timestamp)
            for (member, figures) in [("totals", totals), ("last_minute", lastMinute)] {
                writer.name(member)
                writer.object { writer in
                    for (name, figure) in zip(names, figures) { writer.member(name, figure) }
                }
            }
        }
    }
}
