public import NIOCore
import Resilience

/// The bounds of the server. What is not a setting has its reason here.
public struct ServerConfiguration: Sendable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8080
    /// Names besides `localhost` and that of ``host`` by which clients may call the server while it
    /// needs no tokens.
    public var allowedHosts: [String] = []
    /// Whether it is checked, while no tokens are needed, that clients call the server by one of
    /// its names.
    public var checksHost = true
    /// Whether writes of policies, assignments and manual states must say why they are made.
    public var requiresReason = false
    /// The largest body that is read.
    public var bodyBytes = 1_048_576
    /// How long a request may take that waits for the disk.
    public var requestTimeout = TimeAmount.seconds(30)
    /// How long the head of a first request may take, and how long a body.
    public var readTimeout = TimeAmount.seconds(15)
    /// How long a connection may rest between two requests.
    public var idleTimeout = TimeAmount.seconds(75)
    /// How many connections are open at most; more wait to be accepted.
    public var connections = 4096
    /// How many answers to requests with an `Idempotency-Key` are kept at most for those who send
    /// the same again: some minutes' worth of a busy caller, and no more memory than the next.
    public var keptAnswers = 65_536
    /// How many bytes they come to at most.
    public var keptAnswerBytes = 64 * 1_048_576
    /// Whether every request is logged.
    public var logsRequests = false

    /// What is read and dropped of a body that is too large, so that its sender gets to see the
    /// answer; and for how long.
    static let drainBytes = 8 * 1_048_576
    static let drainTimeout = TimeAmount.seconds(1)
    /// How long an answer is held at most until it can be an allowing one.
    static let longestHold = TimeAmount.milliseconds(Bounds.waitsMilliseconds.upperBound)
    /// Heads of requests are small; a path and a query hold a name and a key.
    static let headBytes = 16 * 1024
    static let headFields = 100

    /// The names in a list with commas; nil when one of them is no name of a host. Ports do not
    /// matter.
    public static func hosts(in list: String) -> [String]? {
        let names = list.split(separator: ",", omittingEmptySubsequences: false).map { name in
            Authority(name.trimmed)?.host
        }
        return names.contains(nil) ? nil : names.compactMap(\.self)
    }

    /// The bounds as they are by default.
    public init() {}
}
