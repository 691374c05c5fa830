import ControlPlane
import Resilience

/// One question of a batch: a kind, the name of a policy, and what a call that asks it says.
struct DecisionItem {
    /// Where it stands in the body.
    let place: JSONPointer
    /// What stands there.
    let question: JSONValue
    /// The members that stand in it twice.
    let duplicates: [Fault]

    /// What comes of asking it; up to `room` names are looked for that were meant.
    func result(_ call: Call, room: Int) async -> DecisionResult {
        let members = question.object
        let outcome: DecisionResult.Outcome
        do {
            outcome = .answer(try await answer(call, room: room))
        } catch {
            outcome = .problem(call.problem(of: error))
        }
        return DecisionResult(
            kind: members?["kind"]?.string, name: members?["name"]?.string, outcome: outcome)
    }

    private func answer(_ call: Call, room: Int) async throws -> AcquireAnswer {
        guard let members = question.object else {
            throw Problem.invalid(
                place.description, "must be an object, not \(question.typeName)")
        }
        var faults = duplicates
        let kind = kind(members, call.kinds.deciding, &faults)
        let name = name(members, &faults)
        guard let kind else { throw PlaneError.invalid(faults) }
        let own = JSONObject(members.filter { $0.name != "kind" && $0.name != "name" })
        return try await kind.acquire(
            own, at: place, of: name, faults, SpecReader(hints: room), call)
    }

    private func kind(
        _ members: JSONObject, _ kinds: [String: any DecidingKind], _ faults: inout [Fault]
    ) -> (any DecidingKind)? {
        let pointer = place.appending("kind")
        guard let value = members["kind"], value != .null else {
            faults.append(Fault(pointer, "is required"))
            return nil
        }
        guard let kind = value.string.flatMap({ kinds[$0] }) else {
            let words = kinds.keys.map { "\"\($0)\"" }.sorted()
            faults.append(Fault(pointer, "must be one of \(words.joined(separator: ", "))"))
            return nil
        }
        return kind
    }

    private func name(_ members: JSONObject, _ faults: inout [Fault]) -> String {
        let pointer = place.appending("name")
        guard let value = members["name"], value != .null else {
            faults.append(Fault(pointer, "is required"))
            return ""
        }
        guard let name = value.string else {
            faults.append(Fault(pointer, "must be a string, not \(value.typeName)"))
            return ""
        }
        if let fault = PolicyName.fault(of: name) { faults.append(Fault(pointer, fault)) }
        return name
    }
}

extension DecidingKind {
    /// Reads a call of a batch, which never waits, and decides on it.
    fileprivate func acquire(
        _ members: JSONObject, at place: JSONPointer, of name: String, _ faults: [Fault],
        _ reader: SpecReader, _ call: Call
    ) async throws -> AcquireAnswer {
        var reader = reader
        let body: Body? = reader.read(from: .object(members), at: place)
        if Body.hasWait, let wait = members[Body.waitMember]?.number, wait > 0 {
            reader.fault(place.appending(Body.waitMember), "must be 0: nothing waits in a batch")
        }
        let faults = faults + reader.faults
        guard var body, faults.isEmpty else { throw PlaneError.invalid(faults) }
        body.wait = .zero
        do {
            return try await acquire(call, name, body)
        } catch let error as PlaneError {
            // The kind points into its own body, which stands at a place of this one.
            let faults = error.faults.map {
                Fault(pointer: place.description + $0.pointer, detail: $0.detail)
            }
            throw faults.isEmpty ? error : .invalid(faults)
        }
    }
}

/// What came of one question of a batch.
struct DecisionResult {
    /// An answer, or why there is none.
    enum Outcome {
        case answer(AcquireAnswer)
        case problem(Problem)
    }

    /// The kind that was asked, as the question has it.
    let kind: String?
    /// The name of the policy, as the question has it.
    let name: String?
    var outcome: Outcome

    /// Tells no more faults than there is room for, but always the first.
    mutating func keepFaults(atMost room: inout Int) {
        guard case .problem(var problem) = outcome, !problem.faults.isEmpty else { return }
        problem.faults = Array(problem.faults.prefix(max(1, room)))
        room -= min(room, problem.faults.count)
        outcome = .problem(problem)
    }

    /// Writes it as one element of the answer.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", kind)
            writer.member("name", name)
            switch outcome {
            case .answer(let answer): answer.write(&writer)
            case .problem(let problem): problem.write(to: &writer)
            }
        }
    }
}
