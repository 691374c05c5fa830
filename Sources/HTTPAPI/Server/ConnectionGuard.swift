import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Bounds what one connection may do: how long a head, a body and a rest take, and how much is
/// read of a body that has been answered already.
///
/// It stands between the HTTP decoder and the server, and lives on the connection's event loop.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let configuration: ServerConfiguration
    private var timer: Scheduled<Void>?
    /// Requests whose answer has not been sent.
    private var unanswered = 0
    private var isReading = false
    private var isDraining = false
    private var closesAfterAnswer = false
    private var drained = 0
    /// Is told when the client goes away while its call waits.
    var whenGone: (() -> Void)?

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { arm(configuration.readTimeout, context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        arm(configuration.readTimeout, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        whenGone?()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { whenGone?() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Answers what is no HTTP, or has too long a head, as every other error; then closes.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, unanswered == 0 else {
            return context.fireErrorCaught(error)
        }
        let id = RequestID.make()
        let problem = Problem(.malformed, "the request is no HTTP, or its head is too large")
        let reply = problem.reply(instance: "", requestID: id)
        let fields: HTTPFields = [
            .contentType: reply.contentType, .contentLength: String(reply.body.count),
            .connection: "close", RequestID.field: id,
        ]
        let head = HTTPResponse(status: reply.status, headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: reply.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isReading = true
            arm(configuration.readTimeout, context)
        case .body(let bytes) where isDraining:
            drained += bytes.readableBytes
            if drained > ServerConfiguration.drainBytes { context.close(promise: nil) }
            return
        case .body: break
        case .end:
            isReading = false
            timer?.cancel()
            if isDraining { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
        case .body: break
        case .end:
            whenGone = nil
            unanswered -= 1
            if unanswered == 0 { return finish(context: context, data: data, promise: promise) }
        }
        context.write(data, promise: promise)
    }

    /// Sends the end of the last answer that is owed.
    private func finish(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        context.writeAndFlush(data, promise: promise)
        if isReading {
            isDraining = true
            arm(ServerConfiguration.drainTimeout, context)
        } else if closesAfterAnswer {
            context.close(promise: nil)
        } else {
            arm(configuration.idleTimeout, context)
        }
    }

    private func arm(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
    }
}
