import Resilience

@testable import ControlPlane
@testable import HTTPAPI

/// A kind that only this test has: it allows even numbers, and one state for each.
struct ToyAPI: StatefulKind, DecidingKind {
    let kind = Kind(singular: "toy", plural: "toys")

    var endpoints: [Endpoint] { [.read("\(path)/sound") { _ in Reply(["sound": "squeak"]) }] }

    func policies(in plane: Plane) -> Toys { Toys() }

    func acquire(_ call: Call, _ name: String, _ body: ToyAcquireBody) async throws -> AcquireAnswer
    {
        let isAllowed = body.number % 2 == 0
        return AcquireAnswer(isAllowed: isAllowed, retryAfter: isAllowed ? nil : .seconds(2)) {
            $0.member("allowed", isAllowed)
        }
    }

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        RenderedState { $0.member("key", key.text) }
    }
}

/// Toys in a plane that knows none.
struct Toys: StatefulPolicies {
    func stats(_ name: String) throws -> KindStats {
        KindStats(names: ["allowed"], totals: [2], lastMinute: [1])
    }

    func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        (["a", "b", "c"] as [ExactString]).filter { key in cursor.map { $0 < key } ?? true }
    }

    func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        key == nil ? 3 : 1
    }
}

/// What a toy is asked.
struct ToyAcquireBody: AcquireBody {
    var number: Int64 = 0
    var wait: Timespan? = .zero

    static let fields: [Field<ToyAcquireBody>] = [
        Field("number", \.number, .integer(0...9), isRequired: true, "Which number.")
    ]
}
