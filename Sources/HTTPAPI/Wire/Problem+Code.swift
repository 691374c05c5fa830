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
