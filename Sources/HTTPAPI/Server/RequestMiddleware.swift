import HTTPTypes
import Hummingbird
import Logging

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
