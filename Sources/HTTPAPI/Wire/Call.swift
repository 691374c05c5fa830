import ControlPlane
import HTTPTypes
import Logging
import NIOCore
import Resilience

/// A request whose caller is known and whose body has been read.
struct Call: Sendable {
    let plane: Plane
    let caller: Caller
    let headers: HTTPFields
    let body: [UInt8]
    let queryText: String?
    /// The parts of the path that are captured, still percent-encoded.
    let captures: [String: String]
    let channel: any Channel
    /// The name that the request has in answers and logs.
    let requestID: String
    let logger: Logger

    /// What an error is to its client.
    func problem(of error: any Error) -> Problem {
        Problem(of: error, requestID: requestID, logger)
    }

    /// The query, to be taken from.
    var query: Query { Query(queryText) }

    /// Refuses a query where none is taken.
    func refuseQuery() throws { try query.finish() }

    /// The name of a policy in the path.
    var name: String {
        get throws {
            let name = try capture("name")
            if let fault = PolicyName.fault(of: name) { throw Problem.invalid("/path/name", fault) }
            return name
        }
    }

    /// The key in the path.
    var key: ExactString {
        get throws {
            let key = try capture("key")
            if let fault = Key.fault(of: key) { throw Problem.invalid("/path/key", fault) }
            return ExactString(key)
        }
    }

    /// The permit in the path.
    var permit: String { get throws { try capture("permit") } }

    /// A whole number in the path.
    func integer(_ name: String) throws -> Int64 {
        guard let integer = DecimalText.integer(try capture(name)), integer > 0 else {
            throw Problem.invalid("/path/\(name)", "must be a whole number from 1")
        }
        return integer
    }

    /// The document in the body, and a fault for each member that stands in it twice; an empty
    /// body is an empty object.
    func document(
        mediaTypes: [String] = ["application/json"]
    ) throws -> (value: JSONValue, faults: [Fault]) {
        guard !body.isEmpty else { return ([:], []) }
        if let type = headers[.contentType] {
            let bare = type.prefix { $0 != ";" }.lowercased()
            let trimmed = bare.split(separator: " ").joined()
            guard mediaTypes.contains(trimmed) else {
                throw Problem(
                    .unsupportedMediaType,
                    "the body must be \(mediaTypes.joined(separator: " or ")), not \(trimmed)")
            }
        }
        do {
            let document = try JSONParser.parse(body)
            let duplicates = document.duplicates.prefix(SpecReader.maximumFaults)
            return (document.value, duplicates.map { Fault($0, "is given twice") })
        } catch {
            throw Problem(.malformed, "the body is not JSON: \(error)")
        }
    }

    /// The body as an object with declared members.
    func read<Object: SpecObject>(_ type: Object.Type = Object.self) throws -> Object {
        let document = try document()
        var reader = SpecReader()
        let object: Object? = reader.read(from: document.value)
        guard let object, document.faults.isEmpty else {
            throw Problem(PlaneError.invalid(document.faults + reader.faults))
        }
        return object
    }

    /// What must hold of the policy for the write to be done.
    var precondition: Precondition {
        var condition = Precondition()
        if let tags = headers[.ifMatch] {
            condition.mustExist = tags == "*"
            condition.versions = tags == "*" ? nil : Self.versions(in: tags)
        }
        condition.mustNotExist = headers[.ifNoneMatch] == "*"
        return condition
    }

    /// Whether the client has that version already.
    func has(version: Int64) -> Bool {
        guard let tags = headers[.ifNoneMatch] else { return false }
        let strong = tags.replacing("W/", with: "")
        return tags == "*" || Self.versions(in: strong).contains(version)
    }

    /// The versions of a list of entity tags; weak tags and others' match nothing.
    private static func versions(in tags: String) -> [Int64] {
        tags.split(separator: ",").compactMap { tag in
            let tag = tag.drop { $0 == " " }.prefix { $0 != " " }
            guard tag.count > 2, tag.first == "\"", tag.last == "\"" else { return nil }
            return Int64(tag.dropFirst().dropLast())
        }
    }

    private func capture(_ name: String) throws -> String {
        guard let encoded = captures[name], let text = PercentCoding.decode(encoded[...]) else {
            throw Problem.invalid("/path/\(name)", "is badly percent-encoded, or no UTF-8")
        }
        return text
    }
}
