extension RawConnection {
    /// The connection ended without an answer.
    public struct NoReply: Error {
        /// What was asked.
        public let line: String
    }

    /// The answer of who listens on that port to one request, on a connection of its own.
    public static func exchange(
        _ request: HTTPRequestText, port: Int
    ) async throws -> HTTPReply {
        let connection = try await RawConnection(port: port, sending: request.bytes)
        let reply = await connection.reply(toHead: request.method == "HEAD")
        await connection.close()
        guard let reply else { throw NoReply(line: "\(request.method) \(request.target)") }
        return reply
    }
}
