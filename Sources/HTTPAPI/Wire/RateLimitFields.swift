import HTTPTypes
import Resilience

/// The header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
///
/// One item for each limit, called by its tier, or by the policy of a bulkhead; names are printable
/// ASCII without quotes, so they are strings of structured fields as they are.
enum RateLimitFields {
    static let policyName = HTTPField.Name("RateLimit-Policy")!
    static let name = HTTPField.Name("RateLimit")!

    /// Adds both fields for a decision, unless it has no limits.
    static func add(_ decision: LimiterDecision, to headers: inout HTTPFields) {
        guard !decision.limits.isEmpty else { return }
        var policies: [String] = []
        var states: [String] = []
        for (index, figures) in decision.limits.enumerated() {
            let name = index == 0 ? decision.tier : "\(decision.tier)-\(index + 1)"
            let limit = figures.limit
            let window = limit.calendar == nil ? ";w=\(max(1, limit.period.secondsRoundedUp))" : ""
            policies.append("\"\(name)\";q=\(limit.quota)\(window)")
            let more = figures.nextToken.map { ";t=\($0.secondsRoundedUp)" } ?? ""
            states.append("\"\(name)\";r=\(figures.remaining)\(more)")
        }
        headers[policyName] = policies.joined(separator: ", ")
        headers[name] = states.joined(separator: ", ")
    }

    /// Adds both fields for a bulkhead, called by its policy.
    static func add(_ policy: String, limit: Int64, free: Int64, to headers: inout HTTPFields) {
        headers[policyName] = "\"\(policy)\";q=\(limit);qu=\"concurrent-requests\""
        headers[name] = "\"\(policy)\";r=\(free)"
    }
}
