import Resilience

/// The kinds that a server has.
struct APIKinds: Sendable {
    /// All of them.
    let all: [any KindAPI]
    /// Those that answer "may I?", by their names in a batch.
    let deciding: [String: any DecidingKind]
    private let byKind: [Kind: any KindAPI]

    /// These, of which no two may be of the same kind.
    init(_ all: [any KindAPI]) {
        self.all = all
        byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
        deciding = byKind.reduce(into: [:]) { deciding, module in
            deciding[module.key.singular] = module.value as? any DecidingKind
        }
    }

    /// The one of that kind; nil where there is none.
    subscript(_ kind: Kind) -> (any KindAPI)? { byKind[kind] }
}
