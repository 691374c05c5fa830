public import Resilience

/// An answer as it came over the wire.
public struct HTTPReply: Sendable {
    /// The status code.
    public let status: Int
    /// The fields in their order.
    public let fields: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// The value of a field, of several joined by commas; nil when it is not there.
    public subscript(field: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == field.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; nil when it is none.
    public var json: JSONValue? { try? JSONParser.parse(body).value }

    /// The member at a pointer of the body.
    public func at(_ pointer: String) -> JSONValue? { json?.at(pointer) }

    /// Takes the first whole answer off `bytes`; nil when there is none yet. Interim answers are
    /// dropped.
    static func take(from bytes: inout [UInt8], toHead: Bool) -> HTTPReply? {
        let separator = Array("\r\n\r\n".utf8)
        while let end = bytes.firstRange(of: separator) {
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let lines = head.split(separator: "\r\n")
            let parts = lines.first?.split(separator: " ") ?? []
            let status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            if status == 100 {
                bytes.removeSubrange(..<end.upperBound)
                continue
            }
            let fields = lines.dropFirst().map { line in
                let name = line.prefix { $0 != ":" }
                return (
                    name: String(name),
                    value: String(line.dropFirst(name.count + 1).drop { $0 == " " })
                )
            }
            let declared = fields.first { $0.name.lowercased() == "content-length" }
            let length = toHead || status == 304 ? 0 : declared.flatMap { Int($0.value) } ?? 0
            guard bytes.count - end.upperBound >= length else { return nil }
            let body = Array(bytes[end.upperBound..<(end.upperBound + length)])
            bytes.removeSubrange(..<(end.upperBound + length))
            return HTTPReply(status: status, fields: fields, body: body)
        }
        return nil
    }
}
