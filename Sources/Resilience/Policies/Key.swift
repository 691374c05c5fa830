/// Whom a decision is about: a user, a host, an API key.
public enum Key {
    /// How long a key may be, in bytes of UTF-8.
    public static let maximumBytes = 256

    /// What is wrong with `text` as a key; nil when it is one.
    public static func fault(of text: String) -> String? {
        if text.utf8.count > maximumBytes { return "must be at most \(maximumBytes) bytes" }
        if text.containsControlCharacters { return "must not contain control characters" }
        return nil
    }
}

extension String {
    /// Whether a scalar of the Unicode category Cc stands in the text.
    public var containsControlCharacters: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
