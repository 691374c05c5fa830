import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Resilience

/// Sends requests to one server, and turns what is not a success into a ``ClientFailure``.
struct APIClient: Sendable {
    /// How long a request may take, beside what the server was asked to wait.
    static let timeoutMS: Int64 = 10_000
    /// How large an answer may be.
    static let maximumBodyBytes = 64 << 20

    private let settings: ClientSettings
    private let http: HTTPClient

    /// Calls `body` with a client of that server, and closes its connections afterwards.
    static func connected(
        _ settings: ClientSettings, _ body: (APIClient) async throws -> Void
    ) async throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(configuration: configuration)
        do {
            try await body(APIClient(settings: settings, http: http))
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    /// The answer to `request`, when it is a success.
    func send(_ request: APIRequest) async throws -> APIResponse {
        let response = try await exchange(request)
        if let failure = response.failure { throw failure }
        return response
    }

    private func exchange(_ request: APIRequest) async throws -> APIResponse {
        let timeoutMS = Self.timeoutMS + min(max(request.waitMS, 0), 3_600_000)
        do {
            return try await within(timeoutMS) { try await execute(request) }
        } catch {
            throw failure(error, timeoutMS: timeoutMS)
        }
    }

    /// The HTTP client's own deadline ends with the head; this one holds for the body too.
    private func within(
        _ timeoutMS: Int64, _ body: @escaping @Sendable () async throws -> APIResponse
    ) async throws -> APIResponse {
        try await withThrowingTaskGroup(of: APIResponse.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(timeoutMS))
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private func execute(_ request: APIRequest) async throws -> APIResponse {
        let response = try await http.execute(message(request), deadline: .distantFuture)
        let body = try await response.body.collect(upTo: Self.maximumBodyBytes)
        return APIResponse(
            status: Int(response.status.code),
            mediaType: mediaType(response.headers),
            retryAfter: response.headers.first(name: "Retry-After"),
            body: Array(body.readableBytesView),
            url: settings.url)
    }

    private func message(_ request: APIRequest) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: settings.url + request.target)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "User-Agent", value: "switchgear-cli")
        if let token = settings.token {
            message.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        if let actor = settings.actor { message.headers.add(name: "X-Actor", value: actor) }
        if let body = request.body {
            message.headers.add(name: "Content-Type", value: "application/json")
            message.body = .bytes(body.bytes)
        }
        message.headers.add(name: "Accept", value: request.accept ?? "application/json")
        if let reason = request.reason {
            message.headers.add(name: "X-Reason", value: PercentEncoding.encode(reason))
        }
        if let version = request.ifMatch {
            message.headers.add(name: "If-Match", value: "\"\(version)\"")
        }
        return message
    }

    private func mediaType(_ headers: HTTPHeaders) -> String {
        let value = headers.first(name: "Content-Type") ?? ""
        let type = value.prefix { $0 != ";" }.lowercased()
        return String(type.filter { $0 != " " })
    }

    private func failure(_ error: any Error, timeoutMS: Int64) -> ClientFailure {
        ClientFailure(
            .unreachable,
            "cannot reach the server at \(settings.url): "
                + Unreachable.reason(error, timeoutMS: timeoutMS),
            details: [
                "start it with 'switchgear serve', or name another by --url or SWITCHGEAR_URL"
            ])
    }
}

/// Says in a few words why there was no answer.
enum Unreachable {
    /// The reason that stands behind `error`.
    static func reason(_ error: any Error, timeoutMS: Int64) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout: return "no connection in time"
        case .deadlineExceeded, .readTimeout: return "no answer within \(timeoutMS / 1000) s"
        case .remoteConnectionClosed: return "it closed the connection without an answer"
        default: break
        }
        if error is NIOTooManyBytesError { return "its answer is too large" }
        return known(in: String(describing: error))
    }

    /// Errors of connecting hold those of every address tried; the text tells them.
    private static func known(in description: String) -> String {
        let reasons = [
            ("Connection refused", "connection refused"),
            ("No route to host", "no route to host"),
            ("Network is unreachable", "the network is unreachable"),
            ("DNS error", "its name is not known"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
            ("handshakeFailed", "the TLS handshake failed; does it speak https there?"),
        ]
        return reasons.first { description.contains($0.0) }?.1 ?? description
    }
}
