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
