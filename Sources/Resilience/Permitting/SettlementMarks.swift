/// Which permit it is: the run of the server that gave it, and its place in that run.
///
/// Runs are numbered upwards, so that no number is given twice, also after a crash.
public struct PermitNumber: Hashable, Sendable {
    /// The run of the server.
    public let run: Int64
    /// The place in the run, from 0.
    public let index: Int64

    /// The permit at that place of that run.
    public init(run: Int64, index: Int64) {
        self.run = run
        self.index = index
    }
}

/// Which permits have been settled, so that each is settled once.
///
/// A mark is one bit. Bits are kept in chunks of consecutive permits, and a chunk is dropped once
/// the last permit settled in it would have expired anyway: from then on the permit's own end
/// refuses it. So memory follows the permits settled within one life of a permit, at a bit each.
public struct SettlementMarks: Equatable, Sendable {
    /// How many permits share a chunk.
    public static let chunkSize: Int64 = 4096
    /// At most so many chunks: 268 million marks, in 32 MiB.
    public static let maximumChunks = 65_536

    /// A chunk's place: its run, and its number in the run.
    public struct Place: Hashable, Sendable {
        /// The run of the server.
        public let run: Int64
        /// The number of the chunk in the run.
        public let chunk: Int64

        /// The chunk of that number in that run.
        public init(run: Int64, chunk: Int64) {
            self.run = run
            self.chunk = chunk
        }
    }

    /// The marks of consecutive permits.
    public struct Chunk: Equatable, Sendable {
        /// A bit for each permit.
        public var bits: [UInt64]
        /// When the last permit marked in it ends.
        public var expiresAt: Instant

        /// Marks read from disk.
        public init(bits: [UInt64], expiresAt: Instant) {
            self.bits = bits
            self.expiresAt = expiresAt
        }
    }

    /// What comes of an attempt to settle.
    public enum Mark: Sendable {
        /// It is settled now.
        case first
        /// It was settled before.
        case duplicate
        /// There are more marks than can be kept.
        case full
    }

    private var chunks: [Place: Chunk] = [:]
    private var changed: Set<Place> = []

    /// No marks.
    public init() {}

    /// Whether a permit was settled.
    public func isSettled(_ number: PermitNumber) -> Bool {
        let (place, word, bit) = Self.place(of: number)
        return chunks[place].map { $0.bits[word] & bit != 0 } ?? false
    }

    /// Whether a mark can be kept.
    public func hasRoom(for number: PermitNumber) -> Bool {
        chunks.count < Self.maximumChunks || chunks[Self.place(of: number).0] != nil
    }

    /// Marks a permit that ends at `expiresAt` as settled, if there is room for it. O(1).
    public mutating func settle(_ number: PermitNumber, expiresAt: Instant) -> Mark {
        guard hasRoom(for: number) else { return .full }
        return mark(number, expiresAt: expiresAt) ? .first : .duplicate
    }

    /// Marks a permit that ends at `expiresAt` as settled, whether there is room for it or not; for
    /// those who have asked just before. False when it was. O(1).
    @discardableResult
    public mutating func mark(_ number: PermitNumber, expiresAt: Instant) -> Bool {
        let (place, word, bit) = Self.place(of: number)
        if chunks[place] == nil {
            let words = Int(Self.chunkSize) / UInt64.bitWidth
            chunks[place] = Chunk(
                bits: Array(repeating: 0, count: words), expiresAt: expiresAt)
        }
        let isMarked = chunks[place, default: Chunk(bits: [], expiresAt: .epoch)].mark(
            word, bit, expiresAt)
        if isMarked { changed.insert(place) }
        return isMarked
    }

    /// Drops the chunks all of whose permits have ended, and tells which they were.
    public mutating func prune(at now: Instant) -> [Place] {
        let ended = chunks.filter { $1.expiresAt < now }.map(\.key)
        for place in ended {
            chunks[place] = nil
            changed.remove(place)
        }
        return ended
    }

    /// The chunks changed since the last call.
    public mutating func takeChanged() -> [(place: Place, chunk: Chunk)] {
        defer { changed = [] }
        return changed.compactMap { place in chunks[place].map { (place, $0) } }
    }

    /// Counts chunks as changed again, since they could not be written.
    public mutating func putBack(_ places: [Place]) { changed.formUnion(places) }

    /// Takes over a chunk read from disk.
    public mutating func restore(_ place: Place, _ chunk: Chunk) { chunks[place] = chunk }

    private static func place(of number: PermitNumber) -> (Place, word: Int, bit: UInt64) {
        let (chunk, offset) = number.index.quotientAndRemainder(dividingBy: chunkSize)
        let (word, bit) = Int(offset).quotientAndRemainder(dividingBy: UInt64.bitWidth)
        return (Place(run: number.run, chunk: chunk), word, 1 << UInt64(bit))
    }
}

extension SettlementMarks.Chunk {
    /// Sets a bit; false when it was set.
    fileprivate mutating func mark(_ word: Int, _ bit: UInt64, _ end: Instant) -> Bool {
        guard bits[word] & bit == 0 else { return false }
        bits[word] |= bit
        expiresAt = max(expiresAt, end)
        return true
    }
}
