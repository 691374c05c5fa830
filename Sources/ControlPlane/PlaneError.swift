public import Resilience
import Store

/// Why the plane did not do what it was asked.
///
/// What was sent and refused has changed nothing. ``Code/storageUnavailable`` says that the disk
/// does not have it: what was granted is taken back, while a breaker that has changed in memory
/// stays changed, and its events are kept until they can be written.
public struct PlaneError: Error, Equatable, Sendable {
    /// What sort of refusal it is.
    public enum Code: String, Sendable {
        case notFound = "not_found"
        case conflict
        case versionMismatch = "version_mismatch"
        case invalid
        case overloaded
        case storageUnavailable = "storage_unavailable"
    }

    /// What sort of refusal it is.
    public let code: Code
    /// What was wrong, and what to do.
    public let detail: String
    /// The faults of what was sent: every one, up to ``SpecReader/maximumFaults``.
    public let faults: [Fault]

    /// A refusal of that sort.
    public init(_ code: Code, _ detail: String, faults: [Fault] = []) {
        self.code = code
        self.detail = detail
        self.faults = Array(faults.prefix(SpecReader.maximumFaults))
    }

    /// That what was sent has these faults; the first is told in full.
    public static func invalid(_ faults: [Fault]) -> PlaneError {
        guard let first = faults.first else { return PlaneError(.invalid, "it is not valid") }
        // Of those that are told: with more than are told nobody knows how many there are.
        let more = min(faults.count, SpecReader.maximumFaults) - 1
        let rest = more == 0 ? "" : ", and \(more) more \(more == 1 ? "fault" : "faults")"
        return PlaneError(.invalid, "\(first)\(rest)", faults: faults)
    }

    /// That what was sent has one fault.
    public static func invalid(_ pointer: JSONPointer, _ detail: String) -> PlaneError {
        invalid([Fault(pointer, detail)])
    }

    /// That there is no such policy.
    static func noPolicy(_ policy: PolicyIdentity) -> PlaneError {
        PlaneError(.notFound, "there is no \(policy)")
    }

    /// That the store failed.
    init(_ error: StoreError) {
        let code: Code = error.code == .overloaded ? .overloaded : .storageUnavailable
        self.init(code, error.description)
    }

    /// Does `body`, and tells a failure of the store as a refusal.
    static func telling<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as StoreError { throw PlaneError(error) }
    }
}
