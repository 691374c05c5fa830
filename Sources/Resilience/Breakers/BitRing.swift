/// A bit for each call of a window; nothing where none is set.
///
/// Bits are kept in pages, and only pages that have one: a window with few of them is small
/// whatever its size.
struct BitRing: Equatable, Sendable {
    /// Sixty-four words each, the last one at most; a page without a bit is empty, and where no
    /// bit is set there are no pages.
    private var pages: [[UInt64]] = []
    /// How many bits are set.
    private(set) var count: Int64 = 0

    private static let pageWords = 64

    /// A ring without a bit.
    init() {}

    /// Whether it has room for `size` bits, if any, of which only the first `used` are set.
    func fits(_ size: Int64, used: Int64) -> Bool {
        guard count > 0 else { return pages.isEmpty }
        let isShaped =
            pages.count == Self.pageCount(size)
            && pages.indices.allSatisfy { page in
                pages[page].isEmpty || pages[page].count == Self.words(of: page, size)
            }
        guard isShaped else { return false }
        var inside = self
        inside.set(0..<used, to: false, size: size)
        return inside.count == 0
    }

    /// Whether `other` has all the bits that this one has.
    func isSubset(of other: BitRing) -> Bool {
        guard count > 0 else { return true }
        return pages.count == other.pages.count
            && zip(pages, other.pages).allSatisfy { own, other in
                own.isEmpty
                    || own.count == other.count && zip(own, other).allSatisfy { $0 & ~$1 == 0 }
            }
    }

    /// Sets or clears at most all of the `size` bits, from a place on and, past the last, from the
    /// first. O(1) for each 64 of them.
    mutating func set(_ places: Range<Int64>, to bit: Bool, size: Int64) {
        setInRow(places.clamped(to: 0..<size), bit, size)
        if places.upperBound > size { setInRow(0..<places.upperBound - size, bit, size) }
        if count == 0 { pages = [] }
    }

    private mutating func setInRow(_ range: Range<Int64>, _ bit: Bool, _ size: Int64) {
        guard !range.isEmpty, bit || count > 0 else { return }
        if pages.isEmpty { pages = Array(repeating: [], count: Self.pageCount(size)) }
        let bits = Int64(Self.pageWords * 64)
        for page in Int(range.lowerBound / bits)...Int((range.upperBound - 1) / bits) {
            if pages[page].isEmpty {
                guard bit else { continue }
                pages[page] = Array(repeating: 0, count: Self.words(of: page, size))
            }
            let start = Int64(page) * bits
            let part = max(range.lowerBound, start)..<min(range.upperBound, start + bits)
            set(part.lowerBound - start..<part.upperBound - start, bit, page)
        }
    }

    /// Sets or clears bits of one page, counted from its first.
    private mutating func set(_ range: Range<Int64>, _ bit: Bool, _ page: Int) {
        let before = count
        for index in Int(range.lowerBound / 64)...Int((range.upperBound - 1) / 64) {
            let first = max(0, range.lowerBound - Int64(index) * 64)
            let end = min(64, range.upperBound - Int64(index) * 64)
            let mask = (UInt64.max >> UInt64(64 - (end - first))) << UInt64(first)
            let word = pages[page][index]
            let changed = bit ? word | mask : word & ~mask
            pages[page][index] = changed
            count += Int64(changed.nonzeroBitCount - word.nonzeroBitCount)
        }
        if count < before, pages[page].allSatisfy({ $0 == 0 }) { pages[page] = [] }
    }

    private static func pageCount(_ size: Int64) -> Int {
        (wordCount(size) + pageWords - 1) / pageWords
    }

    private static func words(of page: Int, _ size: Int64) -> Int {
        min(pageWords, wordCount(size) - page * pageWords)
    }

    private static func wordCount(_ size: Int64) -> Int { Int((size + 63) / 64) }
}

extension BitRing {
    /// The pages with a full stop between any two, in hexadecimal digits, sixteen for each word;
    /// empty where no bit is set.
    var text: String {
        var text: [UInt8] = []
        for (index, page) in pages.enumerated() {
            if index > 0 { text.append(Self.separator) }
            for word in page {
                for shift in stride(from: UInt64(60), through: 0, by: -4) {
                    text.append(Self.digits[Int(word >> shift & 15)])
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The ring of such a text; nil when it is none, or no bit is set.
    init?(text: String) {
        guard !text.isEmpty else { return }
        let parts = text.utf8.split(separator: Self.separator, omittingEmptySubsequences: false)
        guard parts.count <= Self.pageCount(Bounds.callWindows.upperBound) else { return nil }
        for part in parts {
            guard let page = Self.page(part) else { return nil }
            pages.append(page)
            count += page.reduce(0) { $0 + Int64($1.nonzeroBitCount) }
        }
        if count == 0 { return nil }
    }

    /// The words of a page; nil when they are none, or no bit of them is set.
    private static func page(_ text: Substring.UTF8View) -> [UInt64]? {
        guard text.count % 16 == 0, text.count <= 16 * pageWords else { return nil }
        var (page, word): ([UInt64], UInt64) = ([], 0)
        for (index, digit) in text.enumerated() {
            guard let value = digits.firstIndex(of: digit) else { return nil }
            word = word << 4 | UInt64(value)
            guard index % 16 == 15 else { continue }
            page.append(word)
            word = 0
        }
        return page.isEmpty || page.contains { $0 != 0 } ? page : nil
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let separator = UInt8(ascii: ".")
}
