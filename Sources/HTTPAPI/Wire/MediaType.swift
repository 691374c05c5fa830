/// The type of a body, without its parameters.
struct MediaType: Equatable {
    /// It in lower case; empty where none is told.
    let name: String

    static let json = MediaType("application/json")
    static let mergePatch = MediaType("application/merge-patch+json")
    static let yaml = MediaType("application/yaml")

    /// The type that a `Content-Type` field tells.
    init(_ field: String?) {
        name = (field ?? "").prefix { $0 != ";" }.trimmed.lowercased()
    }
}
