public import Resilience
import Yams

/// Reads one YAML document as the JSON value that it stands for.
///
/// Duplicate keys, merge keys, foreign tags and further documents are refused, each with its
/// line. Anchors may be used; what they expand to is bounded.
public struct YAMLReader {
    /// How many values a document may hold, its aliases written out.
    public static let maximumValues = 500_000

    private var valueCount = 0

    private init() {}

    /// Reads the whole of `text` as one document.
    public static func parse(_ text: String) throws(SourceFault) -> JSONValue {
        guard let root = try compose(text) else { throw SourceFault("is empty") }
        var reader = YAMLReader()
        return try reader.value(of: root, depth: 0)
    }

    /// Without rules of the library's own: what a scalar means, ``YAMLScalar`` says.
    private static func compose(_ text: String) throws(SourceFault) -> Node? {
        do {
            return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw SourceFault(error)
        } catch {
            throw SourceFault(String(describing: error))
        }
    }

    private mutating func value(of node: Node, depth: Int) throws(SourceFault) -> JSONValue {
        valueCount += 1
        guard valueCount <= Self.maximumValues else {
            throw fault("holds more than \(Self.maximumValues) values", at: node)
        }
        guard depth < JSONParser.maximumDepth else {
            throw fault("nested deeper than \(JSONParser.maximumDepth)", at: node)
        }
        switch node {
        case .scalar(let scalar): return try YAMLScalar.value(of: scalar)
        case .sequence(let sequence): return try array(sequence, node, depth: depth + 1)
        case .mapping(let mapping): return try object(mapping, node, depth: depth + 1)
        case .alias: throw fault("undefined alias", at: node)
        }
    }

    private mutating func array(_ sequence: Node.Sequence, _ node: Node, depth: Int)
        throws(SourceFault) -> JSONValue
    {
        try check(sequence.tag, is: .seq, at: node)
        var elements: [JSONValue] = []
        for element in sequence { elements.append(try value(of: element, depth: depth)) }
        return .array(elements)
    }

    private mutating func object(_ mapping: Node.Mapping, _ node: Node, depth: Int)
        throws(SourceFault) -> JSONValue
    {
        try check(mapping.tag, is: .map, at: node)
        var object = JSONObject()
        for (key, member) in mapping {
            let name = try name(key)
            guard object[name] == nil else {
                throw fault("the key '\(name)' is there more than once", at: key)
            }
            object[name] = try value(of: member, depth: depth)
        }
        return .object(object)
    }

    private func name(_ key: Node) throws(SourceFault) -> String {
        guard case .scalar(let scalar) = key else {
            throw fault("a key must be a plain word", at: key)
        }
        guard scalar.string != "<<" || scalar.style != .plain else {
            throw fault("merge keys (<<) are not supported", at: key)
        }
        return scalar.string
    }

    private func check(_ tag: Tag, is expected: Tag.Name, at node: Node) throws(SourceFault) {
        let name = Tag.Name(rawValue: tag.rawValue)
        guard [.implicit, .nonSpecific, expected].contains(name) else {
            throw fault("unknown tag '\(name.rawValue)'", at: node)
        }
    }

    private func fault(_ reason: String, at node: Node) -> SourceFault {
        SourceFault(reason, line: node.mark?.line, column: node.mark?.column)
    }
}
