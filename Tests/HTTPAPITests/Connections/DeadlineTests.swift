import NIOCore
import HTTPTypes
import NIOCore
import NIOPosix
import Testing

@testable import HTTPAPI

@Suite("The deadline of a request")
struct DeadlineTests {
    private let eventLoop = MultiThreadedEventLoopGroup.singleton.any()

    @Test("ends an answer that takes too long, though what it waits for goes on")
    func passed() async throws {
        let (never, continuation) = AsyncStream<Int>.makeStream()
        let problem = await #expect(throws: Problem.self) {
            try await Deadline.run(.milliseconds(1), on: eventLoop) {
                for await _ in never {}
                return 1
            }
        }
        continuation.finish()
        let reply = try #require(problem).reply(instance: "/", requestID: "1")
        #expect(reply.status == .serviceUnavailable)
        #expect(reply.headers[.retryAfter] == "1")
    }

    @Test("leaves an answer, and an error, alone that come in time")
    func kept() async throws {
        let value = try await Deadline.run(.hours(1), on: eventLoop) { 1 }
        #expect(value == 1)
        await #expect(throws: CancellationError.self) {
            try await Deadline.run(.hours(1), on: eventLoop) { throw CancellationError() }
        }
    }
}
