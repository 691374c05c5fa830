import Resilience

/// A key's state, ready to be written.
struct RenderedState {
    let key: ExactString
    let write: (inout JSONWriter) -> Void
}
