import ControlPlane
import HTTPTypes
import Resilience

/// Many questions in one request, each to another policy if need be.
///
/// They are asked one after another, as if each had been sent by itself, but that nothing waits;
/// what is wrong with one is told in its place and keeps no other from its answer.
struct DecisionRoutes {
    /// How many faults of items are told in one answer, beside the first of each: a body of a
    /// megabyte can have so many that their list would be ten times as large.
    static let maximumFaults = 1000

    var endpoints: [Endpoint] {
        [.decide(.post, "/v1/decisions", waitsForDisk: true, takesKey: true, decide)]
    }

    private func decide(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        var faultsLeft = Self.maximumFaults
        var results: [DecisionResult] = []
        for item in try items(of: call) {
            var result = await item.result(call, room: faultsLeft)
            result.keepFaults(atMost: &faultsLeft)
            results.append(result)
        }
        return .object { writer in
            writer.name("results")
            writer.array { writer in for result in results { result.write(to: &writer) } }
        }
    }

    /// The questions, each with the members in it that stand there twice.
    private func items(of call: Call) throws -> [DecisionItem] {
        let document = try call.document()
        var reader = SpecReader()
        let body: DecisionsBody? = reader.read(from: document.value)
        let doubled = Dictionary(grouping: document.faults) { Self.index(in: $0.pointer) }
        // Past so many duplicates no more are looked for, so those of later items are not known.
        let isUnsure = document.faults.count >= JSONParser.maximumDuplicates
        guard let body, doubled[nil] == nil, !isUnsure else {
            let faults = isUnsure ? document.faults : doubled[nil] ?? []
            throw Problem(PlaneError.invalid(faults + reader.faults))
        }
        return body.decisions.enumerated().map { index, question in
            DecisionItem(
                place: JSONPointer.root.appending("decisions").appending(index),
                question: question, duplicates: doubled[index] ?? [])
        }
    }

    /// Which item a pointer leads into; nil when it leads elsewhere.
    private static func index(in pointer: String) -> Int? {
        let parts = pointer.split(separator: "/", maxSplits: 2)
        return parts.count == 3 && parts[0] == "decisions" ? Int(parts[1]) : nil
    }
}

/// Questions to several policies.
struct DecisionsBody: SpecObject {
    var decisions: [JSONValue] = []

    static let fields: [Field<DecisionsBody>] = [
        Field(
            "decisions", \.decisions, .list(of: .any, minimumCount: 0, maximumCount: 1000),
            isRequired: true, "The questions, each with the kind and the name of a policy.")
    ]
}
