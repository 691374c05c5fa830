import Resilience

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
