/// When what a policy has granted is on disk.
public enum Durability: String, CaseIterable, Sendable {
    /// Soon after the answer; a crash may lose the last moments.
    case relaxed
    /// Before the answer, so that nothing is granted twice, also after a crash.
    case strict
}
