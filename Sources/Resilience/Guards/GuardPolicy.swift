/// The spec of a guard: the policies that protect one sort of call, asked as one.
///
/// A call is allowed when every part that decides allows it; then all of them are charged, else
/// none is. The others say how the call is made: how long it may take, whether it is tried again,
/// and what stands in for its answer.
///
/// Which parts there are the kinds declare, each by its ``PolicySpec/guardMember``.
public struct GuardPolicy: PolicySpec {
    /// What is named, in the order of the members.
    private var entries: [Entry] = []

    private struct Entry: Equatable, Sendable {
        let slot: GuardSlot
        var parts: [GuardPartSpec]
    }

    public init() {}

    public static let fields: [Field<GuardPolicy>] = Self.fields(among: PolicyKinds.standard)

    public static func fields(among kinds: [any PolicySpec.Type]) -> [Field<GuardPolicy>] {
        GuardSlot.all(among: kinds).map(\.field)
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if entries.isEmpty { reader.fault(pointer, "needs at least one part") }
    }

    /// The policies that it names, in the order in which they are asked: each with its kind and
    /// the member that names it.
    public var parts: [(kind: Kind, member: String, part: GuardPartSpec)] {
        entries.flatMap { entry in
            entry.parts.map { (entry.slot.kind, entry.slot.member.name, $0) }
        }
    }

    /// Those of one kind; none where it names none.
    public func parts(of kind: Kind) -> [GuardPartSpec] {
        entries.first { $0.slot.kind == kind }?.parts ?? []
    }

    public var references: [PolicyReference] {
        entries.flatMap { entry in
            let place = JSONPointer.root.appending("spec").appending(entry.slot.member.name)
            return entry.parts.enumerated().map { index, part in
                PolicyReference(
                    entry.slot.member.maximumCount == nil ? place : place.appending(index),
                    PolicyIdentity(entry.slot.kind, part.name))
            }
        }
    }

    /// What a member that is a list names; nil where it is left out.
    subscript(list slot: GuardSlot) -> [GuardPartSpec]? {
        get { entries.first { $0.slot == slot }?.parts }
        set {
            entries.removeAll { $0.slot == slot }
            guard let newValue else { return }
            let index = entries.firstIndex { slot < $0.slot } ?? entries.endIndex
            entries.insert(Entry(slot: slot, parts: newValue), at: index)
        }
    }

    /// What a member that is no list names; nil where it is left out.
    subscript(single slot: GuardSlot) -> GuardPartSpec? {
        get { self[list: slot]?.first }
        set { self[list: slot] = newValue.map { [$0] } }
    }
}
