import Resilience

/// Policies to apply.
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
