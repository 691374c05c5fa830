import CAssets

/// What this program is, and what it was built from.
public enum Build {
    /// The version, after semantic versioning.
    public static let version = "0.1.0"

    /// The commit it was built from; nil where `SWITCHGEAR_COMMIT` was not set for the build.
    public static let commit = switchgear_commit.map { String(cString: $0) }

    /// The version of the compiler's language, as far as this source can tell.
    public static let swift: String = {
        #if compiler(>=6.5)
            "6.5"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }()
}
