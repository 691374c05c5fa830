public import Resilience
public import Store

/// A version of a policy: what its client wrote, and what decisions use. It is never changed, and
/// handed on by reference.
public final class PolicyEntry: Sendable {
    /// It as it is stored.
    public let record: PolicyRecord
    /// What its client wrote.
    public let document: PolicyDocument
    /// Its spec with everything filled in.
    public let resolution: SpecResolution
    /// The mode in force.
    public let mode: Mode
    /// All overrides in force, that of the mode too.
    public let overrides: [AppliedOverride]
    /// What tells it from every other version, and from itself under another environment.
    public let tag: String

    init(
        record: PolicyRecord, document: PolicyDocument, resolution: SpecResolution, mode: Mode,
        overrides: [AppliedOverride], tag: String
    ) {
        (self.record, self.document, self.resolution) = (record, document, resolution)
        (self.mode, self.overrides, self.tag) = (mode, overrides, tag)
    }

    /// Its kind.
    public var kind: Kind { type(of: resolution.spec).kind }
    /// What it is found by.
    public var identity: PolicyIdentity { PolicyIdentity(kind, name) }
    /// Its name.
    public var name: String { record.name }
    /// Its version.
    public var version: Int64 { record.version }

    /// The client's part with kind and name, as files hold it.
    public var exported: JSONObject {
        JSONObject([("kind", .string(kind.singular)), ("name", .string(name))])
            .overlaid(by: document.document)
    }
}

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
