/// What must hold of a policy for a write to it to be done.
public struct Precondition: Equatable, Sendable {
    /// The versions one of which it must have; nil for any or none.
    public var versions: [Int64]?
    /// Whether it must exist, whatever its version (`If-Match: *`).
    public var mustExist = false
    /// Whether it must not exist (`If-None-Match: *`).
    public var mustNotExist = false

    /// That nothing needs to hold.
    public init() {}

    func check(_ existing: PolicyEntry?) throws(PlaneError) {
        if mustNotExist, let existing {
            throw PlaneError(.versionMismatch, "it exists, with version \(existing.version)")
        }
        if mustExist, existing == nil {
            throw PlaneError(.versionMismatch, "it does not exist")
        }
        guard let versions else { return }
        guard let existing else { throw PlaneError(.versionMismatch, "it does not exist") }
        guard versions.contains(existing.version) else {
            throw PlaneError(.versionMismatch, "it has version \(existing.version)")
        }
    }
}
