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
