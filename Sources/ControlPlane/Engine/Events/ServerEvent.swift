import Resilience

/// What can happen to the server itself.
enum ServerEvent: String, EventName {
    case started, stopped, recovered, degraded, restored
    case tooManyKeys = "too_many_keys"

    static let family = "server"
}

/// What can happen to who asks.
enum AuthEvent: String, EventName {
    case denied

    static let family = "auth"
}
