import ControlPlane
import HTTPTypes
import Resilience

/// What was counted of a policy, at the same place for every kind.
struct StatsRoutes {
    let kind: any KindAPI

    var endpoints: [Endpoint] { [.read("\(kind.path)/stats", stats)] }

    private func stats(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let stats = try kind.policies(in: call.plane).stats(name)
        return .object { writer in
            writer.member("name", name)
            writer.member("since_at", call.plane.startedAt.timestamp)
            for (member, figures) in [
                ("totals", stats.totals), ("last_minute", stats.lastMinute),
            ] {
                writer.name(member)
                writer.object { writer in
                    for (name, figure) in zip(stats.names, figures) {
                        writer.member(name, figure)
                    }
                }
            }
        }
    }
}
