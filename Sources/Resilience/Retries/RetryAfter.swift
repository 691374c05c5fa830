/// What an answer said by the `Retry-After` field of HTTP (RFC 9110, 10.2.3).
public enum RetryAfter: Equatable, Sendable {
    /// As the field has it.
    case text(String)
    /// As a number of seconds.
    case seconds(Double)

    /// How long it asks to wait: whole milliseconds, rounded up; nothing for a time that is past.
    ///
    /// It is a number of seconds, or a date in one of the three forms of HTTP. Nil when it is
    /// neither: negative, a fraction, or nonsense. At most a hundred years.
    public func wait(at now: Instant) -> Timespan? {
        switch self {
        case .text(let text): return Self.wait(text, at: now)
        case .seconds(let seconds):
            guard seconds >= 0, seconds.rounded() == seconds else { return nil }
            return min(.seconds(Int64(clamped: seconds)), Bounds.retryAfter)
        }
    }

    private static func wait(_ text: String, at now: Instant) -> Timespan? {
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

extension SpecType where Value == RetryAfter {
    /// What an answer's `Retry-After` said: a number of seconds, or text.
    public static let retryAfter = SpecType(
        shape: .numberOrText(maximumBytes: Key.maximumBytes),
        read: { value, pointer, reader in
            if let seconds = value.number { return .seconds(seconds) }
            guard value.string != nil else {
                reader.mismatch(pointer, value, expected: "a number or a string")
                return nil
            }
            return readText(value, pointer, &reader, maximumBytes: Key.maximumBytes)
                .map(RetryAfter.text)
        },
        write: { value in
            switch value {
            case .text(let text): .string(text)
            case .seconds(let seconds): .number(seconds)
            }
        })
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
