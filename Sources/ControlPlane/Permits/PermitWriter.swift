import Resilience

/// Writes the parts of a permit as bytes: whole numbers in as few as they need, most of them being
/// small, and texts with their length before them.
struct PermitWriter {
    private(set) var bytes: [UInt8]

    init(version: UInt8) { bytes = [version] }

    mutating func put(_ number: Int64) {
        // Zigzag, so that small negative numbers are short too; then seven bits a byte.
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ text: String) {
        put(Int64(text.utf8.count))
        bytes += text.utf8
    }
}

/// Reads what ``PermitWriter`` wrote, and a tag has vouched for.
struct PermitReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Whether all was read.
    var isEmpty: Bool { bytes.isEmpty }

    mutating func takeNumber() -> Int64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while let byte = bytes.popFirst() {
            number |= UInt64(byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func takeText() -> String {
        let count = Int(takeNumber())
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
