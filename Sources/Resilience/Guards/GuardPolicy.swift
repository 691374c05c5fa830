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

extension Kind {
    /// Policies that protect a call together.
    public static let `guard` = Kind(singular: "guard", plural: "guards")
}

extension GuardPolicy {
    public static let kind = Kind.guard

    public static let events = GuardEvent.names

    /// Parts that are asked about a key have a table, which is named after all of them.
    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        let parts = GuardSlot.all(among: kinds).filter(\.member.hasKey).map { slot in
            (slot.member.maximumCount == nil ? "the " : "a ") + slot.kind.singular
        }
        guard let last = parts.last else { return [] }
        let others = parts.dropLast().joined(separator: ", ")
        return [
            SpecTable(others.isEmpty ? last : "\(others) or \(last)", GuardPartSpec.self)
        ]
    }
}

/// What can happen to a guard.
public enum GuardEvent: String, EventName {
    case degraded, recovered

    public static let family = Kind.guard.singular
}

/// The parts of the kinds of this version, for whoever asks for one of them.
extension GuardPolicy {
    /// The limiters, in the order in which they are asked.
    public var limiters: [GuardPartSpec]? {
        let limiters = parts(of: .limiter)
        return limiters.isEmpty ? nil : limiters
    }

    /// The bulkhead.
    public var bulkhead: GuardPartSpec? { parts(of: .bulkhead).first }

    /// The breaker.
    public var breaker: GuardPartSpec? { parts(of: .breaker).first }

    /// The retry policy of calls that fail.
    public var retry: String? { parts(of: .retry).first?.name }

    /// The timeout policy of the calls.
    public var timeout: String? { parts(of: .timeout).first?.name }

    /// The fallback of calls that are denied or fail.
    public var fallback: String? { parts(of: .fallback).first?.name }
}

/// A part of a guard that is asked about a key: a policy, and how the key is made.
///
/// It is written as an object, or as the name alone, which asks about the empty key.
public struct GuardPartSpec: SpecObject {
    /// The policy's name.
    public var name = ""
    /// What its key is made of.
    public var key = KeyTemplate.empty

    public init() {}

    /// The policy of that name, asked about the empty key.
    public init(name: String) { self.name = name }

    public static let fields: [Field<GuardPartSpec>] = [
        Field("name", \.name, .name, isRequired: true, "The name of the policy."),
        Field(
            "key", \.key, .keyTemplate, "The key, made of the call's attributes: `{user}`."),
    ]
}

extension SpecType where Value == GuardPartSpec {
    /// A part of a guard: an object, or a name alone.
    static let part = SpecType(
        shape: .named(GuardPartSpec.fields.map(\.info)),
        read: { value, pointer, reader in
            switch value {
            case .object: return reader.readPart(GuardPartSpec.self, from: value, at: pointer)
            case .string(let name):
                if let fault = PolicyName.fault(of: name) { reader.fault(pointer, fault) }
                return GuardPartSpec(name: name)
            default:
                reader.mismatch(pointer, value, expected: "a name or an object")
                return nil
            }
        },
        write: { .object($0.document) })

    /// A part of a guard that is asked about no key: a name alone.
    static let partName = SpecType(
        shape: .name,
        read: { value, pointer, reader in
            SpecType<String>.name.read(value, pointer, &reader).map { GuardPartSpec(name: $0) }
        },
        write: { .string($0.name) })
}

extension Bounds {
    /// Limiters of a guard; each is locked and asked with every call.
    public static let limitersPerGuard = 8
}
