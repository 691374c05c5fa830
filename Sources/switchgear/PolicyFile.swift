import HTTPAPI
import Resilience

/// Reads a policy file: `policies:` and a list, as YAML or JSON; or a file of the same shape whose
/// list is called otherwise.
///
/// A name that ends in `.json` is read as JSON, one in `.yaml` or `.yml` as YAML. Anything else,
/// standard input too, is JSON when it begins with a brace and is well formed, else YAML.
enum PolicyFile {
    /// How large a file may be; some thousands of policies fit.
    static let maximumBytes = 8 << 20

    /// The document in the file at `path`, or on standard input where that is `-`.
    static func read(
        path: String, listing member: String = "policies"
    ) throws(PolicyFileError) -> JSONValue {
        let name = path == "-" ? "standard input" : path
        do throws(SourceFault) {
            return try parse(
                try FileBytes.read(path: path, limit: maximumBytes), named: path, listing: member)
        } catch {
            throw PolicyFileError(file: name, fault: error)
        }
    }

    /// The document that `bytes` hold; `name` tells its format.
    static func parse(
        _ bytes: [UInt8], named name: String, listing member: String = "policies"
    ) throws(SourceFault) -> JSONValue {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SourceFault("is not valid UTF-8")
        }
        let document = try document(bytes, text, named: name)
        try check(document, member)
        return document
    }

    private static func document(_ bytes: [UInt8], _ text: String, named name: String)
        throws(SourceFault) -> JSONValue
    {
        if name.hasSuffix(".json") { return try json(bytes) }
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return try YAMLReader.parse(text) }
        let isBrace = text.unicodeScalars.first { !$0.properties.isWhitespace } == "{"
        guard isBrace else { return try YAMLReader.parse(text) }
        do throws(SourceFault) {
            return try json(bytes)
        } catch {
            guard let document = try? YAMLReader.parse(text) else { throw error }
            return document
        }
    }

    private static func json(_ bytes: [UInt8]) throws(SourceFault) -> JSONValue {
        let document: JSONParser.Document
        do throws(JSONSyntaxError) {
            document = try JSONParser.parse(bytes)
        } catch {
            throw SourceFault(error.reason, in: bytes, offset: error.offset)
        }
        if let pointer = document.duplicates.first {
            throw SourceFault("the member \(pointer) is there more than once")
        }
        return document.value
    }

    private static func check(_ document: JSONValue, _ member: String) throws(SourceFault) {
        guard let object = document.object, let list = object[member] else {
            throw SourceFault("has no list '\(member)'")
        }
        guard list.array != nil else {
            throw SourceFault("'\(member)' must be a list, not \(list.typeName)")
        }
        if let stranger = object.names.first(where: { $0 != member }) {
            throw SourceFault("unknown member '\(stranger)' beside '\(member)'")
        }
    }
}

/// Why a policy file cannot be used.
struct PolicyFileError: Error, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    let file: String
    /// What is wrong with it, and where.
    let fault: SourceFault

    var description: String { "\(file): \(fault)" }
}
