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
