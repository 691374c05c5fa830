@testable public import ControlPlane
@testable public import HTTPAPI
import Logging
import NIOCore
public import Resilience
import ServiceLifecycle
import Synchronization

/// A server in this process, on a file of its own, that can be restarted.
public final class TestServer: Sendable {
    /// What a server is started with.
    public struct Options: Sendable {
        /// Where the time comes from.
        public var clock = PlaneConfiguration.ClockMode.manual
        /// The environment of its policies.
        public var environment: [String: String] = [:]
        /// How many keys may have a state.
        public var maximumKeys = PlaneLimits.liveKeys
        /// Who may do what.
        public var access = AccessControl()
        /// The fields that every request of ``TestServer/send(_:)`` has, unless it has its own.
        public var fields: [String: String] = [:]
        /// The bounds of the server.
        public var bounds = ServerConfiguration()
        /// The kinds of policies that its plane has.
        var planeKinds = Plane.kinds
        /// The kinds of policies that it has over HTTP.
        var kinds = Routes.standard

        /// A server with a manual clock and without tokens.
        public init() {
            bounds.port = 0
            // However busy the machine is, an answer is what the server decides, not a deadline.
            bounds.requestTimeout = .minutes(30)
        }
    }

    struct Running {
        let plane: Plane
        let port: Int
        let task: Task<Void, Never>
    }

    private let options: Options
    private let directory: TemporaryDirectory
    let running = Mutex<Running?>(nil)

    private init(_ options: Options) throws {
        self.options = options
        directory = try TemporaryDirectory()
    }

    /// As many servers at once keep the machine busy; more would only hold files open.
    private static let turnstile = Turnstile(8)

    /// Runs `body` with a server, and stops the server.
    public static func with<Value>(
        _ options: Options = Options(), _ body: (TestServer) async throws -> Value
    ) async throws -> Value {
        try await turnstile.pass {
            let server = try TestServer(options)
            try await server.start()
            do {
                let value = try await body(server)
                try await server.stop()
                return value
            } catch {
                try? await server.stop()
                throw error
            }
        }
    }

    /// The port it listens on.
    public var port: Int { running.withLock { $0?.port } ?? 0 }

    /// The plane that it serves, for tests that must know what no answer tells.
    public var plane: Plane? { running.withLock { $0?.plane } }

    /// Stops it as a signal would, and starts it on the same file.
    public func restart() async throws {
        try await stop()
        try await start()
    }

    /// A connection to it.
    public func connect() async throws -> RawConnection { try await RawConnection(port: port) }

    /// Its answer to a request on a connection of its own.
    public func send(_ request: HTTPRequestText) async throws -> HTTPReply {
        var request = request
        request.fields.merge(options.fields) { own, _ in own }
        return try await RawConnection.exchange(request, port: port)
    }

    /// Its answer to a request whose line is like `GET /v1/policies`.
    public func send(
        _ line: String, _ body: String? = nil, _ fields: [String: String] = [:]
    ) async throws -> HTTPReply {
        try await send(HTTPRequestText(line, body, fields))
    }

    /// The events after that place, oldest first.
    public func events(after seq: Int64 = 0) async throws -> [JSONValue] {
        let reply = try await send("GET /v1/events?order=asc&limit=1000&after=\(seq)")
        return reply.at("/events")?.array ?? []
    }

    private func start() async throws {
        var configuration = PlaneConfiguration(database: directory.path("test.db"))
        configuration.clock = options.clock
        // What is written behind is written when something asks for it, so that the order of
        // events depends on nothing but the requests.
        configuration.checkpointInterval = .seconds(3600)
        configuration.environment = options.environment
        configuration.maximumKeys = options.maximumKeys
        let plane = try await Plane(configuration, kinds: options.planeKinds)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let application = APIServer.application(
            plane, access: options.access, options.bounds, kinds: options.kinds, logger: logger
        ) { continuation.yield($0) }
        let task = Task {
            await withTaskGroup { group in
                group.addTask { await plane.run() }
                group.addTask {
                    try? await application.run()
                    continuation.finish()
                }
            }
        }
        var found = addresses.makeAsyncIterator()
        let address = await found.next()
        let port = address.flatMap { Int($0.split(separator: ":").last ?? "") } ?? 0
        running.withLock { $0 = Running(plane: plane, port: port, task: task) }
    }

    private func stop() async throws {
        let running = self.running.withLock { running -> Running? in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        running.plane.dismissWaiters()
        running.task.cancel()
        await running.task.value
        try await running.plane.stop()
    }
}
