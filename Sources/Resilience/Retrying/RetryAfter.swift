/// Reads the `Retry-After` field of HTTP (RFC 9110, 10.2.3).
public enum RetryAfter {
    /// How long it asks to wait: whole milliseconds, rounded up; nothing for a time that is past.
    ///
    /// It is a number of seconds, or a date in one of the three forms of HTTP. Nil when it is
    /// neither: negative, a fraction, or nonsense. At most a hundred years.
    public static func wait(_ text: String, at now: Instant) -> Timespan? {
        let text = text.utf8.trimming { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if let seconds = seconds(text) { return seconds }
        guard let date = HTTPDate.instant(String(decoding: text, as: UTF8.self), at: now) else {
            return nil
        }
        let wait = max(.zero, date - now)
        return min(.milliseconds(wait.millisecondsRoundedUp), Bounds.retryAfter)
    }

    private static func seconds(_ text: Substring.UTF8View) -> Timespan? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard !text.isEmpty, text.allSatisfy(digits.contains) else { return nil }
        let longest = Bounds.retryAfter.secondsRoundedUp
        var seconds: Int64 = 0
        for byte in text { seconds = min(longest, seconds * 10 + Int64(byte - 0x30)) }
        return .seconds(seconds)
    }
}

extension Substring.UTF8View {
    /// The rest without what is to be trimmed at both ends.
    fileprivate func trimming(_ isTrimmed: (UInt8) -> Bool) -> Substring.UTF8View {
        var rest = self
        while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}

extension String.UTF8View {
    fileprivate func trimming(_ isTrimmed: (UInt8) -> Bool) -> Substring.UTF8View {
        self[...].trimming(isTrimmed)
    }
}
