import HTTPTypes

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
