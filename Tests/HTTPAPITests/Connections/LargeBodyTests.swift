import Resilience
import TestSupport
import Testing

@Suite("Bodies that are too large")
struct LargeBodyTests {
    private static let path = "POST /v1/policies/apply HTTP/1.1\r\nHost: localhost\r\n"
    private static let chunk = [UInt8](repeating: 0x20, count: 65_536)

    private func check(_ reply: HTTPReply?) {
        #expect(reply?.status == 413)
        #expect(reply?["Connection"] == "close")
        #expect(reply?["Content-Type"] == "application/problem+json")
        #expect(reply?.at("/type") == "urn:switchgear:problem:too_large")
    }

    @Test("are refused at once by their length, before any of it is sent")
    func declared() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(Self.path + "Content-Length: 1048577\r\n\r\n")
            check(await connection.reply())
            await connection.end()
        }
    }

    @Test("are refused as soon as the limit is passed, while more is being sent")
    func chunked() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(Self.path + "Transfer-Encoding: chunked\r\n\r\n")
            for _ in 1...17 {
                try await connection.send("10000\r\n")
                try await connection.send(Self.chunk)
                try await connection.send("\r\n")
            }
            check(await connection.reply())
            await connection.end()
        }
    }

    @Test("the client sees the answer though it first sends all of it, up to 8 MiB more")
    func sentWhole() async throws {
        try await TestServer.with { server in
            for isChunked in [false, true] {
                let connection = try await server.connect()
                let count = 128
                let framing =
                    isChunked
                    ? "Transfer-Encoding: chunked" : "Content-Length: \(count * Self.chunk.count)"
                try? await connection.send(Self.path + framing + "\r\n\r\n")
                for _ in 1...count {
                    if isChunked { try? await connection.send("10000\r\n") }
                    try? await connection.send(Self.chunk)
                    if isChunked { try? await connection.send("\r\n") }
                }
                check(await connection.reply())
                await connection.end()
            }
        }
    }

    @Test("who never stops sending is cut off, and the server lives on")
    func endless() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(Self.path + "Content-Length: 1000000000000\r\n\r\n")
            let sender = Task { while true { try await connection.send(Self.chunk) } }
            _ = await sender.result
            #expect(try await server.send("GET /livez").status == 200)
            await connection.close()
        }
    }

    @Test("a refusal before the body was read says that the connection ends")
    func refusedEarly() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(
                "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n")
            let reply = await connection.reply()
            #expect(reply?.status == 404 && reply?["Connection"] == "close")
            try await connection.send("12345")
            await connection.end()
        }
    }
}
