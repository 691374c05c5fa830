/// The version of this program.
enum Version {
    /// After semantic versioning.
    static let number = "0.1.0"
}
