/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// What was wrong.
    public let reason: String
    /// The offset of the first byte that could not be read.
    public let offset: Int

    public var description: String { "\(reason) at byte \(offset)" }
}
