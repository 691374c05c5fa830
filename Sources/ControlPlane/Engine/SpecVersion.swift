import Resilience

/// A version that is decided by as its spec is.
struct SpecVersion<Spec: PolicySpec>: RulesVersion {
    let entry: PolicyEntry
    let spec: Spec

    init(_ entry: PolicyEntry) {
        self.entry = entry
        spec = Self.spec(of: entry)
    }
}
