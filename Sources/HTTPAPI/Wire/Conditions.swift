import ControlPlane
import HTTPTypes

extension Call {
    /// What must hold of the policy for the write to be done.
    var precondition: Precondition {
        get throws {
            Precondition(match: try tags(.ifMatch), noneMatch: try tags(.ifNoneMatch))
        }
    }

    /// Whether the client has that policy already.
    func has(_ entry: PolicyEntry) throws -> Bool {
        try tags(.ifNoneMatch)?.isWeakly(of: entry) ?? false
    }

    private func tags(_ field: HTTPField.Name) throws -> Precondition.Tags? {
        // Several fields of one name are one list.
        guard let text = headers[field] else { return nil }
        guard let tags = EntityTagList.parse(text) else {
            throw Problem.invalid(
                "/header/\(field.rawName)", #"must be * or a list of tags in quotes, like "3""#)
        }
        return tags
    }
}

/// Reads what `If-Match` and `If-None-Match` say (RFC 9110, 13.1).
enum EntityTagList {
    /// `*` or the tags that `text` lists; nil when it is neither.
    static func parse(_ text: String) -> Precondition.Tags? {
        let text = text.trimmed
        if text == "*" { return .any }
        var rest = text.utf8[...]
        var tags: [EntityTag] = []
        while !rest.isEmpty {
            guard let tag = tag(&rest) else { return nil }
            tags.append(tag)
            skipSpace(&rest)
            guard !rest.isEmpty else { break }
            guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
            skipSpace(&rest)
            guard !rest.isEmpty else { return nil }
        }
        return tags.isEmpty ? nil : .list(tags)
    }

    private static func tag(_ rest: inout Substring.UTF8View) -> EntityTag? {
        let isWeak = rest.starts(with: "W/".utf8)
        if isWeak { rest = rest.dropFirst(2) }
        let quote = UInt8(ascii: "\"")
        guard rest.popFirst() == quote, let end = rest.firstIndex(of: quote) else { return nil }
        let text = rest[..<end]
        rest = rest[end...].dropFirst()
        return EntityTag(String(Substring(text)), isWeak: isWeak)
    }

    private static func skipSpace(_ rest: inout Substring.UTF8View) {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}
