package import Resilience

/// Reads one YAML document as the JSON value that it stands for.
///
/// Duplicate keys, keys that are no words, merge keys, foreign tags and further documents are
/// refused, each with its line. Anchors may be used; how deep and how large a document is with its
/// aliases written out is bounded, and found out before they are. O(n) in the bytes.
package struct YAMLReader {
    /// How many values a document may hold, its aliases written out.
    static let maximumValues = 500_000
    /// How many bytes of JSON the aliases of a document may stand for, all together. What is
    /// stored, compared and answered is written out, so this bounds what a small text can become;
    /// it is a few times what a request may hold, and a policy file comes nowhere near.
    static let maximumAliasBytes = 4 << 20

    private let events: YAMLEvents
    private var anchors: [String: Anchored] = [:]
    private var valueCount = 0
    /// How long what was read is as JSON, its aliases written out.
    private var byteCount = 0
    /// How much of that stands for aliases.
    private var aliasByteCount = 0

    /// What an alias stands for.
    private struct Anchored {
        let value: JSONValue
        /// How many values it holds, itself included.
        let count: Int
        /// How many bytes of JSON it is.
        let bytes: Int
        /// How many arrays and objects are nested in it, itself included.
        let height: Int
    }

    /// A value, and how many arrays and objects are nested in it.
    private typealias Read = (value: JSONValue, height: Int)

    private init(_ text: String) { events = YAMLEvents(text) }

    /// Reads the whole of `text` as one document.
    package static func parse(_ text: String) throws(SourceFault) -> JSONValue {
        var reader = YAMLReader(text)
        return try reader.document()
    }

    private mutating func document() throws(SourceFault) -> JSONValue {
        var event = try next()
        if case .endOfStream = event.content { throw SourceFault("is empty") }
        let value = try value(event, depth: 0).value
        // The end of the document, and what begins after it.
        _ = try events.next()
        event = try events.next()
        guard case .endOfStream = event.content else {
            throw event.fault(
                "expected a single document in the stream, but found another document")
        }
        return value
    }

    /// The next event that is part of a document, or the end.
    private func next() throws(SourceFault) -> YAMLEvent {
        while true {
            let event = try events.next()
            if case .document = event.content { continue }
            return event
        }
    }

    private mutating func value(_ event: YAMLEvent, depth: Int) throws(SourceFault) -> Read {
        let (valuesBefore, bytesBefore) = (valueCount, byteCount)
        let read: Read
        let anchor: String?
        switch event.content {
        case .alias(let name): return try alias(name, event, depth: depth)
        case .scalar(let scalar, let name):
            try count(1, event)
            (read, anchor) = ((try YAMLScalar.value(of: scalar, event), 0), name)
            byteCount += JSONWriter.quotedLength(of: scalar.text) + 1
        case .sequence(let tag, let name):
            try open(tag, "seq", event, depth: depth)
            (read, anchor) = (try array(depth: depth + 1), name)
        case .mapping(let tag, let name):
            try open(tag, "map", event, depth: depth)
            (read, anchor) = (try object(depth: depth + 1), name)
        case .document, .end, .endOfStream: throw event.fault("expected a value")
        }
        if let anchor {
            anchors[anchor] = Anchored(
                value: read.value, count: valueCount - valuesBefore,
                bytes: byteCount - bytesBefore, height: read.height)
        }
        return read
    }

    private mutating func array(depth: Int) throws(SourceFault) -> Read {
        var elements: [JSONValue] = []
        var height = 0
        while true {
            let event = try next()
            if case .end = event.content { return (.array(elements), height + 1) }
            let element = try value(event, depth: depth)
            elements.append(element.value)
            height = max(height, element.height)
        }
    }

    private mutating func object(depth: Int) throws(SourceFault) -> Read {
        var object = JSONObject()
        var height = 0
        while true {
            let key = try next()
            if case .end = key.content { return (.object(object), height + 1) }
            let name = try name(key)
            guard object[name] == nil else {
                throw key.fault("the key '\(name)' is there more than once")
            }
            byteCount += JSONWriter.quotedLength(of: name) + 1
            let member = try value(try next(), depth: depth)
            object[name] = member.value
            height = max(height, member.height)
        }
    }

    private func name(_ key: YAMLEvent) throws(SourceFault) -> String {
        guard case .scalar(let scalar, nil) = key.content else {
            throw key.fault("a key must be a plain word")
        }
        guard scalar.text != "<<" || !scalar.isPlain else {
            throw key.fault("merge keys (<<) are not supported")
        }
        guard scalar.text.utf8.count <= JSONParser.maximumNameBytes else {
            throw key.fault("a key of more than \(JSONParser.maximumNameBytes) bytes")
        }
        return scalar.text
    }

    private mutating func alias(
        _ name: String, _ event: YAMLEvent, depth: Int
    ) throws(SourceFault) -> Read {
        guard let anchored = anchors[name] else { throw event.fault("undefined alias '\(name)'") }
        try count(anchored.count, event)
        aliasByteCount += anchored.bytes
        byteCount += anchored.bytes
        guard aliasByteCount <= Self.maximumAliasBytes else {
            throw event.fault("the aliases stand for more than \(Self.maximumAliasBytes) bytes")
        }
        guard depth + anchored.height <= JSONParser.maximumDepth else { throw tooDeep(event) }
        return (anchored.value, anchored.height)
    }

    private mutating func open(
        _ tag: String, _ name: String, _ event: YAMLEvent, depth: Int
    ) throws(SourceFault) {
        try count(1, event)
        // Two brackets and a comma.
        byteCount += 3
        guard depth < JSONParser.maximumDepth else { throw tooDeep(event) }
        guard ["", "!", YAMLScalar.core + name].contains(tag) else {
            throw event.fault("unknown tag '\(tag)'")
        }
    }

    private mutating func count(_ values: Int, _ event: YAMLEvent) throws(SourceFault) {
        valueCount += values
        guard valueCount <= Self.maximumValues else {
            throw event.fault("holds more than \(Self.maximumValues) values")
        }
    }

    private func tooDeep(_ event: YAMLEvent) -> SourceFault {
        event.fault("nested deeper than \(JSONParser.maximumDepth)")
    }
}
