import HTTPAPI
import Resilience

/// Reads the file of tokens: a list of `{ name, role, sha256 }`.
enum TokenFile {
    private struct Entry: SpecObject {
        var name = ""
        var role = Role.read
        var sha256 = ""

        static let fields: [Field<Entry>] = [
            Field("name", \.name, .name, isRequired: true, "The actor in the history."),
            Field("role", \.role, .choice, isRequired: true, "What it is for."),
            Field(
                "sha256", \.sha256, .text(maximumBytes: 64), isRequired: true,
                "The SHA-256 of the token, in hexadecimal."),
        ]
    }

    /// The tokens in the file at `path`.
    static func read(_ path: String) throws(SettingsError) -> [AccessControl.Token] {
        let document = try YAMLFile.read(path)
        guard let list = document.object?["tokens"]?.array ?? document.array, !list.isEmpty else {
            throw SettingsError(lines: ["\(path) must hold a list of tokens"])
        }
        var reader = SpecReader()
        var tokens: [AccessControl.Token] = []
        for (index, value) in list.enumerated() {
            let place = JSONPointer.root.appending(index)
            guard let entry: Entry = reader.read(from: value, at: place) else { continue }
            if tokens.contains(where: { $0.name == entry.name }) {
                reader.fault(place.appending("name"), "is used twice in this file")
            }
            if let token = AccessControl.Token(
                name: entry.name, role: entry.role, sha256: entry.sha256)
            {
                tokens.append(token)
            } else {
                reader.fault(place.appending("sha256"), "must be 64 hexadecimal digits")
            }
        }
        guard reader.faults.isEmpty else {
            throw SettingsError(lines: reader.faults.map { "\(path) \($0.pointer) \($0.detail)" })
        }
        return tokens
    }
}

/// Reads a YAML file that the server is set up with.
enum YAMLFile {
    /// How large one may be.
    private static let maximumBytes = 1 << 20

    /// The document in the file at `path`.
    static func read(_ path: String) throws(SettingsError) -> JSONValue {
        do throws(SourceFault) {
            let bytes = try FileBytes.read(path: path, limit: maximumBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SourceFault("is not valid UTF-8")
            }
            return try YAMLReader.parse(text)
        } catch {
            throw SettingsError(lines: [PolicyFileError(file: path, fault: error).description])
        }
    }
}
