import Resilience
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

/// A spec that tells when it is looked at.
private struct WatchedPolicy: PolicySpec {
    static let kind = Kind(singular: "watched", plural: "watched")
    static let fields: [Field<WatchedPolicy>] = []
    @TaskLocal static var onCheck: @Sendable () -> Void = {}

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) { Self.onCheck() }
}

@Suite("Reading policies")
struct PolicyReadingTests {
    @Test("of a list keeps no other write waiting", arguments: [true, false])
    func beforeTheLock(dryRun: Bool) async throws {
        let folder = try TemporaryFolder()
        let lock = AsyncLock()
        let types: [any PolicySpec.Type] = [WatchedPolicy.self]
        let store = try Store(path: folder.file(), at: .epoch)
        let policies = Policies(
            PolicyReader(
                types: types, variables: [:],
                overrides: OverrideTable(environment: [:], types: types)),
            idleRuntimes(of: types), store, ManualClock(), writing: lock)
        let wasHeld = Mutex<[Bool]>([])
        let changes = try await WatchedPolicy.$onCheck.withValue({
            wasHeld.withLock { $0.append(lock.isHeld) }
        }) {
            let list: [JSONValue] = [
                ["kind": "watched", "name": "a"], ["kind": "watched", "name": "b"],
            ]
            return try await policies.apply(
                list, prune: false, dryRun: dryRun, by: PlaneFixture.caller)
        }
        #expect(changes.count == 2)
        #expect(wasHeld.withLock { $0 } == [false, false])
    }
}
