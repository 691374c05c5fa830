import NIOCore
import NIOPosix

/// A connection that sends exactly the bytes it is told to.
public actor RawConnection {
    private let channel: any Channel
    private var chunks: AsyncStream<[UInt8]>.AsyncIterator
    private var received: [UInt8] = []

    /// Opens a connection to that port of this machine, and sends `opening` the moment it is open,
    /// however busy the threads of tasks are.
    public init(port: Int, sending opening: [UInt8] = []) async throws {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Collector(opening, continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        chunks = stream.makeAsyncIterator()
    }

    /// Sends these bytes; an error means that the other side is gone.
    public func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Sends this text.
    public func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// The next answer; nil when the connection ends before it is whole.
    public func reply(toHead: Bool = false) async -> HTTPReply? {
        while true {
            if let reply = HTTPReply.take(from: &received, toHead: toHead) { return reply }
            guard let chunk = await nextChunk() else { return nil }
            received += chunk
        }
    }

    /// Waits until the other side has closed the connection, and gives what it sent before.
    @discardableResult
    public func end() async -> [UInt8] {
        while let chunk = await nextChunk() { received += chunk }
        return received
    }

    /// Closes the connection.
    public func close() async { try? await channel.close().get() }

    private func nextChunk() async -> [UInt8]? {
        var iterator = chunks
        let chunk = await iterator.next(isolation: #isolation)
        chunks = iterator
        return chunk
    }
}

/// Hands on what comes in.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let opening: [UInt8]
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ opening: [UInt8], _ continuation: AsyncStream<[UInt8]>.Continuation) {
        self.opening = opening
        self.continuation = continuation
    }

    func channelActive(context: ChannelHandlerContext) {
        guard !opening.isEmpty else { return }
        let bytes = NIOAny(ByteBuffer(bytes: opening))
        context.writeAndFlush(bytes, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
