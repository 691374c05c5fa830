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
    let kinds: APIKinds
    let endpoints: [Endpoint]
    private let answers: KeptAnswers
    private let webPages: WebPageCheck?

    init(
        plane: Plane, access: AccessControl, configuration: ServerConfiguration,
        kinds: [any KindAPI], logger: Logger
    ) {
        self.plane = plane
        self.kinds = APIKinds(kinds)
        endpoints = Routes.endpoints(of: kinds)
        self.access = access
        self.configuration = configuration
        self.logger = logger
        answers = KeptAnswers(configuration)
        webPages = access.isOn ? nil : WebPageCheck(configuration)
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
        let (caller, role) = try admit(request, to: endpoint)
        let path = request.uri.path
        let call = Call(
            plane: plane, kinds: kinds, caller: caller, role: role,
            requiresReason: configuration.requiresReason,
            path: PercentCoding.decode(path[...]) ?? path, headers: request.headers,
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

    /// Refuses what a web page may have had sent to a server without tokens.
    func checkSite(of request: Request) throws {
        do { try webPages?.check(request.head) } catch {
            note("forbidden", Caller(actor: "anonymous"), request)
            throw error
        }
    }

    /// The caller, if they may ask this.
    private func admit(
        _ request: Request, to endpoint: Endpoint
    ) throws -> (caller: Caller, role: Role) {
        guard !endpoint.isOpen else { return (Caller(actor: "anonymous"), .read) }
        let identity = try identity(of: request)
        guard identity.mayUse(endpoint.roles) else {
            note("forbidden", identity.caller, request)
            let role = identity.role.rawValue
            throw Problem(.forbidden, "a token with the role \(role) may not do this")
        }
        return (identity.caller, identity.role)
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
        let body: [UInt8]
        do {
            body = Array(buffer: try await request.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        // Whatever is done with it: what a web page can send without asking first has no type
        // that is taken here.
        guard body.isEmpty || request.headers[.contentType] != nil else {
            throw Problem(
                .unsupportedMediaType, "the body has no Content-Type, such as application/json")
        }
        return body
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
            return Problem(
                .notFound, "there is nothing at \(path.prefix(256)); /openapi.yaml lists all paths")
        }
        let allowed = (methods.contains(.get) ? methods + [.head] : methods).map(\.rawValue)
        let list = Set(allowed).sorted().joined(separator: ", ")
        return Problem(
            .methodNotAllowed, "\(path.prefix(256)) takes \(list), not \(request.method)",
            headers: [.allow: list])
    }
}
