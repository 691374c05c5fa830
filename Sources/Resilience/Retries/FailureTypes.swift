/// Failures by their HTTP status or the type of their error.
///
/// Types are compared without case, and what platforms call an error counts as its plain name: see
/// ``ErrorName``.
public struct FailureTypes: SpecObject {
    /// The statuses; nil when the default stands.
    public var statuses: [Int64]?
    /// The types of the errors; nil when the default stands.
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
            defaultNote: "those of the default",
            "Types of errors, without regard to case; platforms' own names count as the plain "
                + "ones."),
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
        guard let error, let errors, !errors.isEmpty else { return false }
        let names = ErrorName.matches(error)
        return errors.contains { names.contains(ErrorName.plain($0.text)) }
    }
}
