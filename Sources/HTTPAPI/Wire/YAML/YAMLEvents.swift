internal import CYaml

/// The events of one YAML text, in order: what the parser of the YAML library sees before it
/// builds anything.
///
/// The library builds its tree, aliases written out, before it can be looked at, and compares
/// whole trees to find keys that are there twice: a few hundred bytes keep it busy for minutes.
/// Read by its events a document can be refused at the first thing that is too much.
final class YAMLEvents {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    /// The events of `text`.
    init(_ text: String) {
        let utf8 = Array(text.utf8)
        bytes = .allocate(capacity: utf8.count)
        _ = bytes.initialize(from: utf8)
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The next event.
    func next() throws(SourceFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(
            content: Self.content(of: event), line: event.start_mark.line + 1,
            column: event.start_mark.column + 1)
    }

    private static func content(of event: yaml_event_t) -> YAMLEvent.Content {
        switch event.type {
        case YAML_ALIAS_EVENT:
            return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                YAMLEvent.Scalar(
                    text: String(decoding: bytes, as: UTF8.self), tag: text(scalar.tag) ?? "",
                    isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
                anchor: text(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequence(tag: text(start.tag) ?? "", anchor: text(start.anchor))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mapping(tag: text(start.tag) ?? "", anchor: text(start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
        case YAML_STREAM_END_EVENT: return .endOfStream
        default: return .document
        }
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    /// What the parser stumbled over.
    private var fault: SourceFault {
        let parser = parser.pointee
        guard let problem = parser.problem.map({ String(cString: $0) }) else {
            return SourceFault("cannot be read")
        }
        guard parser.error != YAML_READER_ERROR else {
            return SourceFault(problem, in: Array(bytes), offset: Int(parser.problem_offset))
        }
        let context = parser.context.map { String(cString: $0) + ", " }
        return SourceFault(
            (context ?? "") + problem, line: parser.problem_mark.line + 1,
            column: parser.problem_mark.column + 1)
    }
}

/// One event of a YAML text, and where it begins.
struct YAMLEvent {
    /// What there is.
    enum Content {
        /// The beginning or the end of a document, or the beginning of the text.
        case document
        case endOfStream
        case scalar(Scalar, anchor: String?)
        case sequence(tag: String, anchor: String?)
        case mapping(tag: String, anchor: String?)
        /// The end of a sequence or mapping.
        case end
        case alias(String)
    }

    /// A scalar as it was written.
    struct Scalar: Equatable {
        /// Its text, without quotes.
        let text: String
        /// Its tag in full; empty where it has none.
        let tag: String
        /// Whether it is neither quoted nor a block.
        let isPlain: Bool
    }

    let content: Content
    let line: Int
    let column: Int

    /// A fault of what begins here.
    func fault(_ reason: String) -> SourceFault {
        SourceFault(reason, line: line, column: column)
    }
}
