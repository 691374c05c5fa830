/// How soon a change is written, while more waits than one commit takes.
public enum Lane: CaseIterable, Sendable {
    /// Somebody waits for it, or the history must tell of it in its place.
    case awaited
    /// A level that can wait: a checkpoint, an event of a run of denials, marks of permits. What
    /// is awaited may overtake it, and it overtakes nothing.
    case deferred
}
