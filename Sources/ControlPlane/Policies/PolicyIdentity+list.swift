import Resilience

extension PolicyIdentity {
    /// How many policies are named in one sentence: as many as there are faults in an answer.
    static let maximumListed = SpecReader.maximumFaults

    /// Policies as a list in a sentence, with how many more there are than are named.
    static func list(_ policies: [PolicyIdentity], separator: String = ", ") -> String {
        let named = policies.prefix(maximumListed).map { "the \($0)" }
        let more = policies.count - named.count
        return named.joined(separator: separator) + (more > 0 ? " and \(more) more" : "")
    }
}
