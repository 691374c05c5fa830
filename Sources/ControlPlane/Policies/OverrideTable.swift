public import Resilience

/// The environment variables that override values of policies.
///
/// `SWITCHGEAR_<KINDS>__<NAME>__<FIELD>`: since names are encoded with loss, a variable is not
/// taken apart, but each policy is asked whether it fits.
public struct OverrideTable: Sendable {
    /// What all these variables begin with.
    public static let prefix = "SWITCHGEAR_"

    /// One variable of a kind.
    public struct Variable: Equatable, Sendable {
        /// The kind that it names.
        public let kind: Kind
        /// Its whole name.
        public let name: String
        /// What follows the kind: `<NAME>__<FIELD>`.
        let rest: String
        /// What it is set to.
        public let text: String
    }

    /// The variables that name a kind.
    public let variables: [Variable]
    /// What specs of each kind hold.
    private let shapes: [Kind: Shape]

    /// The variables of `environment` that name a kind of `types`.
    public init(environment: [String: String], types: [any PolicySpec.Type]) {
        let named = types.map { ($0.kind, $0.shape(among: types)) }
        shapes = Dictionary(named) { first, _ in first }
        variables = environment.sorted { $0.key < $1.key }.flatMap { name, text in
            types.compactMap { type in
                let start = Self.prefix + EnvironmentOverride.encode(type.kind.plural) + "__"
                guard name.hasPrefix(start), EnvironmentOverride.encode(name) == name else {
                    return nil
                }
                let rest = String(name.dropFirst(start.count))
                return Variable(kind: type.kind, name: name, rest: rest, text: text)
            }
        }
    }

    /// The variables that can fit no policy of their kind, each with what is wrong.
    public var faults: [(variable: String, detail: String)] {
        variables.compactMap { variable in
            fault(of: variable).map { (variable.name, $0) }
        }
    }

    /// The overrides of a policy's spec.
    func overrides(of policy: PolicyIdentity) -> [EnvironmentOverride] {
        fitting(policy).filter { $0.path != Self.modePath }
    }

    /// The override of a policy's mode; nil when there is none.
    func mode(of policy: PolicyIdentity) -> (mode: Mode, override: AppliedOverride)? {
        fitting(policy).first { $0.path == Self.modePath }.flatMap { override in
            Mode(rawValue: override.text).map {
                let value = JSONValue.string(override.text)
                return (
                    $0,
                    AppliedOverride(
                        field: "mode", variable: override.variable, value: value)
                )
            }
        }
    }

    /// What is wrong with `policies` being in force together: a variable that fits two of them.
    func ambiguities(among policies: some Collection<PolicyIdentity>) -> [Fault] {
        guard !variables.isEmpty else { return [] }
        var fits: [String: [PolicyIdentity]] = [:]
        for policy in policies.sorted() {
            for override in fitting(policy) { fits[override.variable, default: []].append(policy) }
        }
        return fits.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
            let list = PolicyIdentity.list($0.value, separator: " and ")
            return Fault(.root, "must not be: \($0.key) fits \(list)")
        }
    }

    private static let modePath = "MODE"

    private func fitting(_ policy: PolicyIdentity) -> [EnvironmentOverride] {
        guard !variables.isEmpty else { return [] }
        let start = EnvironmentOverride.encode(policy.name) + "__"
        return variables.compactMap { variable in
            guard variable.kind == policy.kind, variable.rest.hasPrefix(start) else { return nil }
            let path = String(variable.rest.dropFirst(start.count))
            guard shape(of: path, policy.kind) != nil else { return nil }
            return EnvironmentOverride(variable: variable.name, path: path, text: variable.text)
        }
    }

    private func shape(of path: String, _ kind: Kind) -> Shape? {
        if path == Self.modePath { return .choice(Mode.allCases.map(\.rawValue)) }
        return shapes[kind].flatMap { EnvironmentOverride.target(of: path, in: $0) }
    }

    /// What is wrong with a variable whatever the policies are called: nil when some division
    /// into name and field makes sense.
    private func fault(of variable: Variable) -> String? {
        var shapes: [Shape] = []
        var from = variable.rest.startIndex
        while let separator = variable.rest[from...].firstRange(of: "__") {
            let path = String(variable.rest[separator.upperBound...])
            if separator.lowerBound > variable.rest.startIndex,
                let shape = shape(of: path, variable.kind)
            {
                shapes.append(shape)
            }
            from = variable.rest.index(after: separator.lowerBound)
        }
        guard let first = shapes.first else {
            return "names no field of a \(variable.kind.singular)"
        }
        let isValue = shapes.contains { $0.parse(variable.text) != nil }
        return isValue ? nil : "must be \(first.expectation), not \"\(variable.text)\""
    }
}
