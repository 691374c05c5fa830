import Resilience

extension JSONValue {
    /// Whether every number in this document is finite, as a writer of JSON needs it.
    ///
    /// Recursion ends at the depth that the readers allow.
    var isWritable: Bool {
        switch self {
        case .number(let number): number.isFinite
        case .array(let elements): elements.allSatisfy(\.isWritable)
        case .object(let object): object.allSatisfy { $0.value.isWritable }
        case .null, .bool, .integer, .string: true
        }
    }
}
