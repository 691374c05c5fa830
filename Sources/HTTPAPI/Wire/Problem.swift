import HTTPTypes
import ControlPlane
import Resilience

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
        Problem(
            .invalid, "1 value is not valid", faults: [Fault(pointer: pointer, detail: detail)])
    }

    /// What an error of the plane is to a client.
    init(_ error: PlaneError) {
        guard let code = Code(rawValue: error.code.rawValue) else {
            preconditionFailure("a code of the plane that is none of the wire")
        }
        self.init(code, error.detail, faults: error.faults)
    }

    /// The answer to the request of that path and id.
    func reply(instance: String, requestID: String) -> Reply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:switchgear:problem:\(code.rawValue)")
            writer.member("title", code.title)
            writer.member("status", Int64(code.status.code))
            writer.member("detail", detail)
            writer.member("instance", instance)
            writer.member("request_id", requestID)
            guard !faults.isEmpty else { return }
            writer.name("errors")
            writer.array { writer in
                for fault in faults {
                    writer.value(
                        ["pointer": .string(fault.pointer), "detail": .string(fault.detail)])
                }
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
        case .malformed: "The request cannot be read"
        case .unauthorized: "A token is needed"
        case .forbidden: "The token does not allow this"
        case .notFound: "There is no such thing"
        case .methodNotAllowed: "The method does not apply here"
        case .conflict: "It conflicts with what is there"
        case .versionMismatch: "The version is another"
        case .tooLarge: "The body is too large"
        case .unsupportedMediaType: "The body has a type that is not taken here"
        case .invalid: "The request is not valid"
        case .overloaded: "There is too much to do"
        case .storageUnavailable: "Nothing can be stored at present"
        case .internal: "Something went wrong here"
        }
    }
}
