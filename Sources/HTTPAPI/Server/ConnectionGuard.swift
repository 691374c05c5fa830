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
    private var isGone = false
    private var whenGone: (() -> Void)?

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// Has `action` done when the client goes away before it is answered, or at once when it is
    /// gone already.
    func whenGone(_ action: @escaping () -> Void) {
        if isGone { action() } else { whenGone = action }
    }

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
        noteGone()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { noteGone() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Answers what is no HTTP, or has too long a head, as every other error; then closes.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, unanswered == 0, !isDraining else {
            return context.fireErrorCaught(error)
        }
        let id = RequestID.make()
        let problem = Problem(.malformed, "the request is not valid HTTP, or its head is too large")
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
        case .head(let head):
            unanswered += 1
            isReading = true
            arm(configuration.readTimeout, context)
            invite(head, context)
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
        case .head(var head):
            // Of a request that is answered before it was read the rest is dropped, and with it
            // the connection: a client that is told so does not send its next request here.
            if isReading, unanswered == 1 { head.headerFields[.connection] = "close" }
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
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

    /// Tells a client that asks first to send its body, unless it is too large anyway.
    private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        guard unanswered == 1, length <= configuration.bodyBytes,
            head.headerFields[.expect]?.lowercased() == "100-continue"
        else { return }
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    private func noteGone() {
        isGone = true
        whenGone?()
        whenGone = nil
    }

    private func arm(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
    }
}
