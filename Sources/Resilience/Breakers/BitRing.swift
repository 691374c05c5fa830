/// A bit for each call of a window; nothing where none is set.
struct BitRing: Equatable, Sendable {
    private var words: [UInt64] = []
    /// How many bits are set.
    private(set) var count: Int64 = 0

    /// A ring without a bit.
    init() {}

    /// Whether it has room for `size` bits, if any, of which only the first `used` are set.
    func fits(_ size: Int64, used: Int64) -> Bool {
        guard count > 0 else { return words.isEmpty }
        guard Int64(words.count) == (size + 63) / 64 else { return false }
        var inside = self
        inside.set(0..<used, to: false, size: size)
        return inside.count == 0
    }

    /// Whether `other` has all the bits that this one has.
    func isSubset(of other: BitRing) -> Bool {
        count == 0
            || words.count == other.words.count
                && zip(words, other.words).allSatisfy { $0 & ~$1 == 0 }
    }

    /// Sets or clears at most all of the `size` bits, from a place on and, past the last, from the
    /// first. O(1) for each 64 of them.
    mutating func set(_ places: Range<Int64>, to bit: Bool, size: Int64) {
        setInRow(places.clamped(to: 0..<size), bit, size)
        if places.upperBound > size { setInRow(0..<places.upperBound - size, bit, size) }
        if count == 0 { words = [] }
    }

    private mutating func setInRow(_ range: Range<Int64>, _ bit: Bool, _ size: Int64) {
        guard !range.isEmpty, bit || count > 0 else { return }
        if words.isEmpty { words = Array(repeating: 0, count: Int((size + 63) / 64)) }
        for index in Int(range.lowerBound / 64)...Int((range.upperBound - 1) / 64) {
            let first = max(0, range.lowerBound - Int64(index) * 64)
            let end = min(64, range.upperBound - Int64(index) * 64)
            let mask = (UInt64.max >> UInt64(64 - (end - first))) << UInt64(first)
            let before = words[index]
            words[index] = bit ? before | mask : before & ~mask
            count += Int64(words[index].nonzeroBitCount - before.nonzeroBitCount)
        }
    }
}

extension BitRing {
    /// The bits in hexadecimal digits, sixteen for each word; empty where none is set.
    var text: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(words.count * 16)
        for word in words {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                digits.append(Self.digits[Int(word >> shift & 15)])
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The ring of such digits; nil when they are none, or no bit is set.
    init?(text: String) {
        guard text.utf8.count % 16 == 0, text.utf8.count <= Bounds.callWindows.upperBound else {
            return nil
        }
        var word: UInt64 = 0
        for (index, digit) in text.utf8.enumerated() {
            guard let value = Self.digits.firstIndex(of: digit) else { return nil }
            word = word << 4 | UInt64(value)
            guard index % 16 == 15 else { continue }
            words.append(word)
            count += Int64(word.nonzeroBitCount)
            word = 0
        }
        if count == 0, !words.isEmpty { return nil }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
