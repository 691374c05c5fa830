/// Failures by their HTTP status or the name of their error.
public struct FailureTypes: SpecObject {
    /// The statuses; nil when the default stands.
    public var statuses: [Int64]?
    /// The names of the errors, compared byte for byte; nil when the default stands.
    public var errors: [ExactString]?

    public init() {}

    /// Failures of these statuses and errors.
    public init(statuses: [Int64], errors: [ExactString]) {
        self.statuses = statuses
        self.errors = errors
    }

    public static let fields: [Field<FailureTypes>] = [
        Field(
            "statuses", \.statuses,
            .list(
                of: .integer(Bounds.statuses), minimumCount: 0, maximumCount: Bounds.failureTypes),
            defaultNote: "those of the default", "HTTP statuses."),
        Field(
            "errors", \.errors,
            .list(of: .key, minimumCount: 0, maximumCount: Bounds.failureTypes),
            defaultNote: "those of the default", "Names of errors, as clients report them."),
    ]

    /// What passes with time.
    public static let transient = FailureTypes(
        statuses: [408, 429, 500, 502, 503, 504],
        errors: ["timeout", "network", "connection_refused"])

    /// What stays as it is however often it is tried.
    public static let permanent = FailureTypes(statuses: [400, 401, 403, 404, 422], errors: [])

    /// The lists, with those of `other` where there are none.
    func completed(by other: FailureTypes) -> FailureTypes {
        var types = self
        types.statuses = statuses ?? other.statuses
        types.errors = errors ?? other.errors
        return types
    }

    /// Whether the status or the error is among them.
    public func contains(status: Int64?, error: String?) -> Bool {
        if let status, statuses?.contains(status) == true { return true }
        if let error, errors?.contains(ExactString(error)) == true { return true }
        return false
    }
}
