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
