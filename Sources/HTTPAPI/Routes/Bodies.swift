import ControlPlane
import Resilience

/// What a call to a limiter says.
struct AcquireBody: SpecObject {
    var key: ExactString = ""
    var cost: Int64 = 1
    var tier: String?
    var wait = Timespan.zero

    static let fields: [Field<AcquireBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whom the call is about."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it costs; 0 looks."),
        Field("tier", \.tier, .name, "The tier it asks for."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait to be allowed."),
    ]
}

/// What a call gives back.
struct RefundBody: SpecObject {
    var key: ExactString = ""
    var cost: Int64 = 1

    static let fields: [Field<RefundBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whose it was."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it had cost."),
    ]
}

/// Why a state is set back.
struct ResetBody: SpecObject {
    var reason: String?

    static let fields: [Field<ResetBody>] = [
        Field("reason", \.reason, .text(maximumBytes: 1024), "Why, for the history.")
    ]
}

/// Which version to go back to.
struct RollbackBody: SpecObject {
    var version: Int64 = 0
    var reason: String?

    static let fields: [Field<RollbackBody>] = [
        Field("version", \.version, .integer(1...(.max)), isRequired: true, "The old version."),
        Field("reason", \.reason, .text(maximumBytes: 1024), "Why, for the history."),
    ]
}

/// Policies to look at or to apply.
struct PoliciesBody: SpecObject {
    var policies: [JSONValue] = []
    var prune = false
    var dryRun = false

    static let fields: [Field<PoliciesBody>] = [
        Field("policies", \.policies, .policies, isRequired: true, "The policies."),
        Field("prune", \.prune, .flag, "Whether policies that are not listed are deleted."),
        Field("dry_run", \.dryRun, .flag, "Whether nothing is to be changed."),
    ]
}

/// Policies to look at only.
struct ValidateBody: SpecObject {
    var policies: [JSONValue] = []

    static let fields: [Field<ValidateBody>] = [
        Field("policies", \.policies, .policies, isRequired: true, "The policies.")
    ]
}

extension SpecType where Value == [JSONValue] {
    /// Policies, which are looked at later, each by its kind.
    fileprivate static let policies = list(
        of: .any, minimumCount: 0, maximumCount: PlaneLimits.policies)
}

/// How far to move the clock.
struct AdvanceBody: SpecObject {
    var span = Timespan.zero

    static let fields: [Field<AdvanceBody>] = [
        Field(
            "ms", \.span, .milliseconds(0...Bounds.advanceMilliseconds), isRequired: true,
            "How far, in milliseconds.")
    ]
}
