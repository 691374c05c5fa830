import ControlPlane
import HTTPTypes
import Logging
import NIOHTTP1
import Resilience
import Store

/// An error as clients see it: RFC 9457.
struct Problem: Error {
    /// The codes of the contract, each with its status and title.
    enum Code: String {
        case malformed, unauthorized, forbidden, conflict, invalid, overloaded, `internal`
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case versionMismatch = "version_mismatch"
        case tooLarge = "too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case storageUnavailable = "storage_unavailable"
    }

    let code: Code
    let detail: String
    var faults: [Fault] = []
    var headers: HTTPFields = [:]

    init(_ code: Code, _ detail: String, faults: [Fault] = [], headers: HTTPFields = [:]) {
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers
    }

    /// That one value is not valid.
    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        invalid([Fault(pointer: pointer, detail: detail)])
    }

    /// That what was sent has these faults.
    static func invalid(_ faults: [Fault]) -> Problem { Problem(PlaneError.invalid(faults)) }

    /// What an error of the plane is to a client.
    init(_ error: PlaneError) {
        guard let code = Code(rawValue: error.code.rawValue) else {
            preconditionFailure("a code of the plane that is none of the wire")
        }
        self.init(code, error.detail, faults: error.faults)
    }

    /// What any error is to a client; of one that nobody foresaw only the log tells more.
    init(of error: any Error, requestID: String, _ logger: Logger) {
        switch error {
        case let problem as Problem: self = problem
        case let error as PlaneError: self.init(error)
        case let error as StoreError: self.init(.storageUnavailable, error.description)
        case let error as HTTPParserError:
            self.init(.malformed, "the request is not valid HTTP: \(error)")
        case is CancellationError: self.init(.overloaded, "the call was cancelled")
        default:
            logger.error(
                "request failed",
                metadata: [
                    "request_id": "\(requestID)", "error": "\(String(reflecting: error))",
                ])
            self.init(
                .internal, "the request failed; the server's log tells why, under \(requestID)")
        }
    }

    /// Writes its members into the object that is open; `request` writes those that tell which
    /// request it is of.
    func write(to writer: inout JSONWriter, of request: (inout JSONWriter) -> Void = { _ in }) {
        writer.member("type", "urn:switchgear:problem:\(code.rawValue)")
        writer.member("title", code.title)
        writer.member("status", Int64(code.status.code))
        writer.member("detail", detail)
        request(&writer)
        guard !faults.isEmpty else { return }
        writer.name("errors")
        writer.array { writer in
            for fault in faults {
                writer.value(
                    ["pointer": .string(fault.pointer), "detail": .string(fault.detail)])
            }
        }
    }

    /// The answer to the request of that path and id.
    func reply(instance: String, requestID: String) -> Reply {
        var writer = JSONWriter()
        writer.object { writer in
            write(to: &writer) { writer in
                writer.member("instance", instance)
                writer.member("request_id", requestID)
            }
        }
        var reply = Reply(status: code.status, contentType: "application/problem+json")
        reply.body = writer.bytes
        reply.headers = headers
        if code.status == .serviceUnavailable { reply.headers[.retryAfter] = "1" }
        if code == .unauthorized { reply.headers[.wwwAuthenticate] = "Bearer" }
        return reply
    }
}

extension Problem.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .versionMismatch: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalid: .unprocessableContent
        case .overloaded, .storageUnavailable: .serviceUnavailable
        case .internal: .internalServerError
        }
    }

    var title: String {
        switch self {
        case .malformed: "Malformed request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .conflict: "Conflict"
        case .versionMismatch: "Version mismatch"
        case .tooLarge: "Too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .invalid: "Invalid request"
        case .overloaded: "Overloaded"
        case .storageUnavailable: "Storage unavailable"
        case .internal: "Internal error"
        }
    }
}
