import Resilience
import TestSupport

extension TestServer {
    /// Runs `body` with a server whose limiter `api` gives a token a second, with none left for
    /// the key `k`.
    static func withSpentBucket(_ body: (TestServer) async throws -> Void) async throws {
        try await with { server in
            let spec = #"{"spec": {"limits": [{"quota": 1, "period_ms": 1000}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            _ = try await server.acquire()
            try await body(server)
        }
    }

    /// Asks the limiter.
    @discardableResult
    func acquire(wait: Int = 0) async throws -> HTTPReply {
        let body = #"{"key": "k", "wait_ms": \#(wait)}"#
        return try await send("POST /v1/limiters/api/acquire", body)
    }

    /// Asks, without waiting, until so many calls are in line; each makes the line a second longer.
    func waitForLine(of count: Int64) async throws {
        while true {
            let reply = try await acquire()
            if reply.at("/retry_after_ms")?.integer == 1000 * (count + 1) { return }
            await Task.yield()
        }
    }

    /// Moves the manual clock.
    func advance(by milliseconds: Int) async throws {
        _ = try await send("POST /v1/clock/advance", #"{"ms": \#(milliseconds)}"#)
    }
}
