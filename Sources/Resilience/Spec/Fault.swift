/// One thing that is wrong with a document, where, and what would be right.
public struct Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The place, as a JSON pointer.
    public let pointer: String
    /// What would be right, as the end of a sentence about the value there.
    public let detail: String

    /// A fault of the value at `pointer`.
    public init(_ pointer: JSONPointer, _ detail: String) {
        self.pointer = pointer.description
        self.detail = detail
    }

    /// A fault at a place that is already text.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// The fault as one line: the place and what would be right there.
    public var description: String {
        pointer.isEmpty ? "the document \(detail)" : "\(pointer): \(detail)"
    }
}

/// That a spec cannot be used, with every fault that was found.
public struct InvalidSpec: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where; never empty.
    public let faults: [Fault]

    /// A refusal for these reasons.
    init(_ faults: [Fault]) { self.faults = faults }

    public var description: String {
        faults.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer) \($0.detail)" }
            .joined(separator: "; ")
    }
}
