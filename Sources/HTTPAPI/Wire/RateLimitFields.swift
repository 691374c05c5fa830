import HTTPTypes

/// The header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
///
/// Names of items are printable ASCII without quotes, so they are strings of structured fields as
/// they are.
enum RateLimitFields {
    static let policyName = HTTPField.Name("RateLimit-Policy")!
    static let name = HTTPField.Name("RateLimit")!

    /// One limit: an item in each of both fields.
    struct Item {
        /// How `RateLimit-Policy` says it.
        let policy: String
        /// How `RateLimit` says it.
        let state: String

        /// A limit of that name, with a further parameter in each field where it has one.
        init(
            _ name: String, quota: Int64, _ scope: String?, remaining: Int64,
            _ time: String? = nil
        ) {
            policy = "\"\(name)\";q=\(quota)" + (scope.map { ";\($0)" } ?? "")
            state = "\"\(name)\";r=\(remaining)" + (time.map { ";\($0)" } ?? "")
        }
    }

    /// Both fields for these limits; none where there are no limits.
    static func fields(_ items: [Item]) -> HTTPFields {
        guard !items.isEmpty else { return [:] }
        var fields: HTTPFields = [:]
        fields[policyName] = items.map(\.policy).joined(separator: ", ")
        fields[name] = items.map(\.state).joined(separator: ", ")
        return fields
    }
}
