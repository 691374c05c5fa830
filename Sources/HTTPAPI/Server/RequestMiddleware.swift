import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What surrounds every request: its id, errors as problems, and the log.
struct RequestMiddleware: RouterMiddleware {
    let service: APIService

    func handle(
        _ request: Request, context: APIContext,
        next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let id = RequestID.of(request.headers)
        var context = context
        context.requestID = id
        let started = ContinuousClock.now
        var response: Response
        do {
            try service.checkSite(of: request)
            response = try await next(request, context)
        } catch {
            let problem = problem(of: error, request, id)
            let reply = problem.reply(instance: request.uri.path, requestID: id)
            response = reply.response(toHead: request.method == .head)
            if problem.code == .tooLarge { response.headers[.connection] = "close" }
        }
        response.headers[RequestID.field] = id
        if service.configuration.logsRequests { log(request, response, id, since: started) }
        return response
    }

    private func problem(of error: any Error, _ request: Request, _ id: String) -> Problem {
        if let error = error as? HTTPError, error.status == .notFound {
            return service.problemOfUnknown(request)
        }
        return Problem(of: error, requestID: id, service.logger)
    }

    private func log(
        _ request: Request, _ response: Response, _ id: String,
        since started: ContinuousClock.Instant
    ) {
        service.logger.info(
            "request",
            metadata: [
                "request_id": "\(id)", "method": "\(request.method)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)", "took": "\(started.duration(to: .now))",
            ])
    }
}

/// The name that a request has in answers and logs.
enum RequestID {
    static let field = HTTPField.Name("X-Request-Id")!

    /// The client's own where it is printable ASCII of at most 128 bytes, else a new one.
    static func of(_ headers: HTTPFields) -> String {
        if let id = headers[field], (1...128).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return id
        }
        return make()
    }

    /// A new one: 128 random bits in hexadecimal.
    static func make() -> String {
        let digits = String(UInt128.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

/// What a request carries through the server.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// The name that the request has in answers and logs.
    var requestID = ""

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
