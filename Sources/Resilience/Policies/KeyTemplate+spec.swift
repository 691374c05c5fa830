extension SpecType where Value == KeyTemplate {
    /// A template of keys.
    public static let keyTemplate = SpecType(
        shape: .text(maximumBytes: Bounds.keyTemplateBytes),
        read: { value, pointer, reader in
            guard let text = value.string else {
                reader.mismatch(pointer, value, expected: "a string")
                return nil
            }
            do throws(KeyTemplateFault) { return try KeyTemplate(text) } catch {
                reader.fault(pointer, error.detail)
                return nil
            }
        },
        write: { .string($0.text) })
}

extension SpecType where Value == [String: String] {
    /// What a call says of itself, by name, for the templates of keys.
    public static let attributes = map(
        of: .text(maximumBytes: Key.maximumBytes), minimumCount: 0,
        maximumCount: Bounds.attributes)
}
