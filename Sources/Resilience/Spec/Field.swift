/// One member of `Owner`: what it is called, what it takes, and which property holds it.
public struct Field<Owner: SpecObject>: Sendable {
    /// What is known without the owner's type.
    public let info: FieldInfo
    let read: @Sendable (JSONValue, JSONPointer, inout SpecReader, inout Owner) -> Void
    let write: @Sendable (Owner) -> JSONValue

    /// A member that always has a value.
    public init<Value>(
        _ name: String, _ property: any WritableKeyPath<Owner, Value> & Sendable,
        _ type: SpecType<Value>, isRequired: Bool = false, variable: String? = nil,
        _ summary: String
    ) {
        info = FieldInfo(
            name: name, summary: summary, shape: type.shape, isRequired: isRequired,
            defaultValue: isRequired ? .null : type.write(Owner()[keyPath: property]),
            defaultNote: nil, variable: variable, showsNull: true)
        read = { value, pointer, reader, owner in
            if let value = type.read(value, pointer, &reader) {
                owner[keyPath: property] = value
            }
        }
        write = { type.write($0[keyPath: property]) }
    }

    /// A member that may have no value, unless it `isRequired`. With a `defaultNote` it gets one
    /// from other members.
    public init<Value>(
        _ name: String, _ property: any WritableKeyPath<Owner, Value?> & Sendable,
        _ type: SpecType<Value>, isRequired: Bool = false, defaultNote: String? = nil,
        variable: String? = nil, showsNull: Bool = false, _ summary: String
    ) {
        info = FieldInfo(
            name: name, summary: summary, shape: type.shape, isRequired: isRequired,
            defaultValue: Owner()[keyPath: property].map(type.write) ?? .null,
            defaultNote: defaultNote, variable: variable, showsNull: showsNull)
        read = { value, pointer, reader, owner in
            if let value = type.read(value, pointer, &reader) {
                owner[keyPath: property] = value
            }
        }
        write = { $0[keyPath: property].map(type.write) ?? .null }
    }
}

/// What is known of a member without its owner's type.
public struct FieldInfo: Equatable, Sendable {
    /// The member's name on the wire.
    public let name: String
    /// One sentence for the documentation.
    public let summary: String
    /// What values it takes.
    public let shape: Shape
    /// Whether there is no default.
    public let isRequired: Bool
    /// The built-in default; null where there is none or ``defaultNote`` tells it.
    public let defaultValue: JSONValue
    /// The default in words, where it depends on other members.
    public let defaultNote: String?
    /// The environment variable whose value stands in when the member is left out.
    public let variable: String?
    /// Whether a missing value is shown as null in the effective document, instead of left out.
    public let showsNull: Bool
}
