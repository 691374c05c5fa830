/// What became of a run of denials that is worth an event.
public enum EpisodeTransition: Equatable, Sendable {
    /// The first denial of a run.
    case began(DenialEpisode)
    /// No denial has come for as long as ends a run.
    case ended(DenialEpisode)
}
