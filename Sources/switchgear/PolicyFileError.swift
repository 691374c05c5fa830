import HTTPAPI

/// Why a policy file cannot be used.
struct PolicyFileError: Error, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    let file: String
    /// What is wrong with it, and where.
    let fault: SourceFault

    var description: String { "\(file): \(fault)" }
}
