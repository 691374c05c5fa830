public import ControlPlane
public import Hummingbird
public import Logging
import HummingbirdCore
import NIOCore

/// The HTTP server.
public enum APIServer {
    /// A server for `plane` that tells `onListening` its address once it listens.
    public static func application(
        _ plane: Plane, access: AccessControl, _ configuration: ServerConfiguration,
        logger: Logger, onListening: @escaping @Sendable (String) -> Void
    ) -> some ApplicationProtocol {
        application(
            plane, access: access, configuration, kinds: Routes.standard, logger: logger,
            onListening: onListening)
    }

    /// The same with these kinds of policies.
    static func application(
        _ plane: Plane, access: AccessControl, _ configuration: ServerConfiguration,
        kinds: [any KindAPI], logger: Logger,
        onListening: @escaping @Sendable (String) -> Void
    ) -> some ApplicationProtocol {
        // What the server below says of itself is of no use to an operator, but for warnings.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let service = APIService(
            plane: plane, access: access, configuration: configuration, kinds: kinds,
            logger: logger)
        var head = HTTP1Channel.Configuration.DecoderConfiguration()
        head.maxHeaderFieldSize = ServerConfiguration.headBytes
        head.maxHeaderListSize = ServerConfiguration.headBytes
        head.maxHeaderFieldCount = ServerConfiguration.headFields
        let application = ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port),
            backlog: 1024,
            availableConnectionsDelegate: .maximum(configuration.connections, logger: quiet))
        return Application(
            router: service.router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionGuard(configuration)],
                    httpDecoderConfiguration: head)),
            configuration: application,
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? configuration.port
                let host =
                    configuration.host.contains(":")
                    ? "[\(configuration.host)]" : configuration.host
                onListening("http://\(host):\(port)")
            },
            logger: quiet)
    }
}
