import ControlPlane
import HTTPTypes
import Logging
import NIOCore
import Resilience

/// A request whose caller is known and whose body has been read.
struct Call: Sendable {
    let plane: Plane
    /// The kinds that the server has.
    let kinds: APIKinds
    let caller: Caller
    /// What the caller may do.
    let role: Role
    /// Whether writes of policies, assignments and manual states must say why they are made.
    let requiresReason: Bool
    /// The path, without percent-encoding, which names the list that a GET asks for.
    let path: String
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

    /// Who makes a write of a policy, an assignment or a manual state, and why: as `reason` of the
    /// body says, else the field `X-Reason`.
    ///
    /// - Throws: `invalid` where a reason is required and there is none.
    func writer(because reason: String? = nil) throws -> Caller {
        let reason = self.reason(reason)
        guard reason != nil || !requiresReason else {
            throw Problem.invalid(
                "/header/\(Identity.reasonField.rawName)",
                "is required here: say why, in this field or as reason in the body")
        }
        return Caller(actor: caller.actor, traceID: caller.traceID, reason: reason)
    }

    /// Why a call is made: as `reason` of the body says, else the field `X-Reason`. One that says
    /// nothing is none.
    func reason(_ told: String?) -> String? {
        [told, caller.reason].lazy.compactMap(\.self).first { !$0.allSatisfy(\.isWhitespace) }
    }

    /// The document in the body, and a fault for each member that stands in it twice; an empty
    /// body is an empty object.
    func document(
        _ types: [MediaType] = [.json]
    ) throws -> (value: JSONValue, faults: [Fault]) {
        guard !body.isEmpty else { return ([:], []) }
        let type = MediaType(headers[.contentType])
        guard types.contains(type) else {
            let list = types.map(\.name).joined(separator: " or ")
            throw Problem(
                .unsupportedMediaType, "the body must be \(list), not \(type.name.prefix(128))")
        }
        guard type != .yaml else { return (try yaml(), []) }
        do {
            let document = try JSONParser.parse(body)
            let duplicates = document.duplicates.prefix(SpecReader.maximumFaults)
            return (document.value, duplicates.map { Fault($0, "is given twice") })
        } catch {
            throw Problem(.malformed, "the body is not JSON: \(error)")
        }
    }

    private func yaml() throws -> JSONValue {
        do {
            guard let text = String(validating: body, as: UTF8.self) else {
                throw SourceFault("is not UTF-8")
            }
            return try YAMLReader.parse(text)
        } catch let fault as SourceFault {
            throw Problem(.malformed, "the body cannot be read as YAML: \(fault)")
        }
    }

    /// The body as an object with declared members.
    func read<Object: SpecObject>(
        _ type: Object.Type = Object.self, as types: [MediaType] = [.json]
    ) throws -> Object {
        let document = try document(types)
        var reader = SpecReader()
        let object: Object? = reader.read(from: document.value)
        guard let object, document.faults.isEmpty else {
            throw Problem(PlaneError.invalid(document.faults + reader.faults))
        }
        return object
    }

    private func capture(_ name: String) throws -> String {
        guard let encoded = captures[name], let text = PercentCoding.decode(encoded[...]) else {
            throw Problem.invalid("/path/\(name)", "must be percent-encoded UTF-8")
        }
        return text
    }
}

extension Call {
    /// What `body` returns; it is cancelled when the client goes away, or the call is.
    func whileConnected<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        try await channel.eventLoop.submit { [channel] in
            let sentry = try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self)
            // A connection that has ended is without its handlers.
            if let sentry { sentry.whenGone { task.cancel() } } else { task.cancel() }
        }.get()
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

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

extension StringProtocol {
    /// The text without the spaces and tabs around it, which mean nothing in header fields.
    var trimmed: SubSequence {
        var rest = self[...]
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
