import HTTPAPI
import Resilience

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
