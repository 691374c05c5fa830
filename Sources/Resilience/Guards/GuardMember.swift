/// How the spec of a guard names the policies of one kind, as that kind declares it.
public struct GuardMember: Hashable, Sendable {
    /// What the member is called on the wire.
    public let name: String
    /// Where it stands among the members: those of lower numbers come first, and are asked first.
    public let order: Int
    /// How many policies a list of them may name; nil where the member names a single one.
    public let maximumCount: Int?
    /// Whether the policies are asked about a key, so that a part may say how that is made. Else
    /// a part is a name alone.
    public let hasKey: Bool
    /// One sentence for the documentation.
    public let summary: String

    /// A member of that name.
    public init(
        _ name: String, order: Int, maximumCount: Int? = nil, hasKey: Bool, _ summary: String
    ) {
        self.name = name
        self.order = order
        self.maximumCount = maximumCount
        self.hasKey = hasKey
        self.summary = summary
    }
}

/// The member of a guard's spec that names policies of a kind.
struct GuardSlot: Hashable, Sendable {
    let kind: Kind
    let member: GuardMember

    /// Those that `kinds` declare, in the order in which they are shown.
    static func all(among kinds: [any PolicySpec.Type]) -> [GuardSlot] {
        PolicyKinds.declarations(among: kinds).compactMap { declared in
            declared.guardMember.map { GuardSlot(kind: declared.kind, member: $0) }
        }.sorted()
    }

    /// The member as the spec declares it.
    var field: Field<GuardPolicy> {
        let part = member.hasKey ? SpecType.part : .partName
        guard let maximum = member.maximumCount else {
            return Field(
                member.name, \.[single: self], part, showsNull: true, member.summary)
        }
        return Field(
            member.name, \.[list: self], .list(of: part, maximumCount: maximum), showsNull: true,
            member.summary)
    }
}

extension GuardSlot: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        (left.member.order, left.member.name) < (right.member.order, right.member.name)
    }
}
