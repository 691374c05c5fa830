/// A slot that is held: it is settled before its end, or is free again by then.
public struct SlotLease: Equatable, Sendable {
    /// Which slot it is.
    public let id: UInt64
    /// Who holds it; empty when nobody said.
    public let holder: String
    /// Since when it is held.
    public internal(set) var grantedAt: Instant
    /// When it is free again, unless it is renewed.
    public internal(set) var expiresAt: Instant
    /// How long it was to last when it was granted or renewed last.
    var span: Timespan
}
