import Resilience
import Yams

/// Documents as YAML.
enum YAMLText {
    /// The node of a document. Text is always quoted, so that `no` and `1.0` stay text.
    static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let bool): Node(bool ? "true" : "false", Tag(.bool))
        case .integer(let integer): Node(String(integer), Tag(.int))
        case .number(let number): Node(String(number), Tag(.float))
        case .string(let string): Node(string, Tag(.str), .doubleQuoted)
        case .array(let elements): Node(elements.map(node))
        case .object(let members): Node(members.map { (Node($0.name), node($0.value)) })
        }
    }
}
