import ControlPlane
import HTTPAPI
import NIOCore
import Resilience
import TestSupport
import Testing

@Suite("Connections")
struct ConnectionTests {
    private static let livez = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func options(_ change: (inout TestServer.Options) -> Void) -> TestServer.Options {
        var options = TestServer.Options()
        change(&options)
        return options
    }

    @Test("serve many requests, pipelined ones too")
    func pipelining() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(String(repeating: Self.livez, count: 20))
            for _ in 1...20 { #expect(await connection.reply()?.status == 200) }
            try await connection.send(Self.livez)
            #expect(await connection.reply()?.status == 200)
            await connection.close()
        }
    }

    @Test("are closed when the client says so")
    func close() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(
                "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(await connection.reply()?.status == 200)
            await connection.end()
        }
    }

    @Test(
        "that do not send a whole head, or a whole body, in time are closed",
        arguments: [
            "", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: localhost\r\n",
            "POST /v1/policies/apply HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
            "POST /v1/policies/apply HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{",
        ])
    func readTimeout(text: String) async throws {
        let options = options { $0.bounds.readTimeout = .milliseconds(1000) }
        try await TestServer.with(options) { server in
            let connection = try await server.connect()
            try? await connection.send(text)
            #expect(await connection.end().isEmpty)
        }
    }

    @Test("that trickle a body do not win time by it")
    func trickle() async throws {
        let options = options { $0.bounds.readTimeout = .milliseconds(1000) }
        try await TestServer.with(options) { server in
            let connection = try await server.connect()
            let head =
                "POST /v1/policies/apply HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
            try? await connection.send(head)
            let sender = Task { while !Task.isCancelled { try await connection.send(" ") } }
            _ = await sender.result
            await connection.end()
        }
    }

    @Test("that rest between two requests are closed")
    func idleTimeout() async throws {
        let options = options { $0.bounds.idleTimeout = .milliseconds(100) }
        try await TestServer.with(options) { server in
            let connection = try await server.connect()
            try await connection.send(Self.livez)
            #expect(await connection.reply()?.status == 200)
            await connection.end()
        }
    }

    @Test("that wait for an answer are not closed")
    func waiting() async throws {
        let options = options {
            $0.bounds.readTimeout = .milliseconds(500)
            $0.bounds.idleTimeout = .milliseconds(500)
            $0.clock = .system
        }
        try await TestServer.with(options) { server in
            let spec = #"{"spec": {"limits": [{"quota": 1, "period_ms": 1500}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            let body = #"{"key": "k", "wait_ms": 10000}"#
            // Each but the first waits, unless more than a period has gone by before it.
            for _ in 1...3 {
                let reply = try await server.send("POST /v1/limiters/api/acquire", body)
                #expect(reply.at("/allowed") == true)
            }
        }
    }

    @Test("beyond the limit wait until another is closed")
    func limit() async throws {
        let options = options { $0.bounds.connections = 2 }
        try await TestServer.with(options) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            for connection in [first, second] {
                try await connection.send(Self.livez)
                #expect(await connection.reply()?.status == 200)
            }
            let third = try await server.connect()
            try await third.send(Self.livez)
            async let reply = third.reply()
            try await first.send(Self.livez)
            #expect(await first.reply()?.status == 200)
            await first.close()
            #expect(await reply?.status == 200)
            await second.close()
            await third.close()
        }
    }
}
