import HTTPTypes
import Hummingbird
import NIOCore
import Resilience

/// An answer, ready to be sent.
struct Reply: Sendable {
    var status = HTTPResponse.Status.ok
    var contentType = "application/json"
    var headers: HTTPFields = [:]
    var body: [UInt8] = []

    init(status: HTTPResponse.Status = .ok, contentType: String = "application/json") {
        self.status = status
        self.contentType = contentType
    }

    /// An answer whose body is a document.
    init(_ document: JSONObject, status: HTTPResponse.Status = .ok) {
        self.init(status: status)
        body = JSONValue.object(document).bytes
    }

    /// An answer whose body is an object that `write` writes.
    static func object(_ write: (inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter()
        writer.object(write)
        var reply = Reply()
        reply.body = writer.bytes
        return reply
    }

    /// How many bytes its body and its own fields have.
    var size: Int {
        headers.reduce(body.count) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
    }

    /// An answer without a body.
    static let noContent = Reply(status: .noContent)

    /// It as the server sends it; to HEAD without its body.
    func response(toHead: Bool) -> Response {
        var headers = headers
        if status != .noContent, status != .notModified { headers[.contentType] = contentType }
        guard toHead else {
            return Response(
                status: status, headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        }
        headers[.contentLength] = String(body.count)
        return Response(status: status, headers: headers, body: ResponseBody())
    }
}
