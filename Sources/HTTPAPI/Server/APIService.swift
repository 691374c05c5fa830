import ControlPlane
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Resilience

/// Answers requests: finds out who asks, reads the body, and lets the endpoint do the rest.
struct APIService: Sendable {
    let plane: Plane
    let access: AccessControl
    let configuration: ServerConfiguration
    let logger: Logger
    let endpoints = Routes.all
    private let answers: KeptAnswers

    init(
        plane: Plane, access: AccessControl, configuration: ServerConfiguration, logger: Logger
    ) {
        self.plane = plane
        self.access = access
        self.configuration = configuration
        self.logger = logger
        answers = KeptAnswers(configuration)
    }

    /// The router of all endpoints. HEAD is answered where GET is.
    var router: Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestMiddleware(service: self))
        for endpoint in endpoints {
            for method in endpoint.method == .get ? [.get, .head] : [endpoint.method] {
                router.on(RouterPath(endpoint.path), method: method) { request, context in
                    try await respond(to: request, context, by: endpoint)
                }
            }
        }
        return router
    }

    private func respond(
        to request: Request, _ context: APIContext, by endpoint: Endpoint
    ) async throws -> Response {
        let caller = try admit(request, to: endpoint)
        let call = Call(
            plane: plane, caller: caller, headers: request.headers,
            body: try await body(of: request), queryText: request.uri.query,
            captures: captures(in: context), channel: context.channel,
            requestID: context.requestID, logger: logger)
        let key =
            endpoint.takesKey
            ? try IdempotencyKey(call, method: request.method, path: request.uri.path) : nil
        guard endpoint.waitsForDisk(call) else {
            return try await answer(call, by: endpoint, key)
                .response(toHead: request.method == .head)
        }
        let hold = endpoint.holds ? ServerConfiguration.longestHold : .zero
        // What has begun goes on past the deadline, and its key waits for what comes of it.
        let reply = try await Deadline.run(
            configuration.requestTimeout + hold, on: context.channel.eventLoop
        ) { try await answer(call, by: endpoint, key) }
        return reply.response(toHead: request.method == .head)
    }

    private func answer(
        _ call: Call, by endpoint: Endpoint, _ key: IdempotencyKey?
    ) async throws -> Reply {
        guard let key else { return try await endpoint.handle(call) }
        return try await answers.reply(to: call, key) { try await endpoint.handle(call) }
    }

    /// The caller, if they may ask this.
    private func admit(_ request: Request, to endpoint: Endpoint) throws -> Caller {
        guard !endpoint.isOpen else { return Caller(actor: "anonymous") }
        let identity = try identity(of: request)
        guard identity.mayUse(endpoint.roles) else {
            note("forbidden", identity.caller, request)
            throw Problem(.forbidden, "the role of this token does not allow it")
        }
        return identity.caller
    }

    private func identity(of request: Request) throws -> Identity {
        do {
            return try Identity(request.headers, access)
        } catch {
            if access.isOn { note("unauthorized", Caller(actor: "anonymous"), request) }
            throw error
        }
    }

    private func note(_ reason: String, _ caller: Caller, _ request: Request) {
        // Paths come from outside; what is kept of them in the history is bounded.
        plane.noteRefusal(
            of: caller, reason: reason,
            [
                "method": .string(request.method.rawValue),
                "path": .string(String(request.uri.path.prefix(256))),
            ])
    }

    private func body(of request: Request) async throws -> [UInt8] {
        let limit = configuration.bodyBytes
        let tooLarge = Problem(.tooLarge, "the body may have \(limit) bytes at most")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        do {
            return Array(buffer: try await request.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    private func captures(in context: APIContext) -> [String: String] {
        var captures: [String: String] = [:]
        for (name, value) in context.parameters { captures[String(name)] = String(value) }
        return captures
    }

    /// What a request to no endpoint is told: that its method does not apply, or that there is
    /// nothing; and nothing at all to those without a token.
    func problemOfUnknown(_ request: Request) -> Problem {
        let path = request.uri.path
        if path.hasPrefix("/v1") {
            do { _ = try identity(of: request) } catch {
                return error as? Problem ?? Problem(.unauthorized, "a token is needed")
            }
        }
        let segments = path.split(separator: "/")
        let methods = endpoints.filter { $0.matches(segments) }.map(\.method)
        guard !methods.isEmpty else {
            return Problem(.notFound, "there is nothing at this path; see /openapi.yaml")
        }
        let allowed = (methods.contains(.get) ? methods + [.head] : methods).map(\.rawValue)
        let list = Set(allowed).sorted().joined(separator: ", ")
        return Problem(
            .methodNotAllowed, "this path takes \(list)", headers: [.allow: list])
    }
}
