import ControlPlane
import HTTPTypes
import Resilience

extension SettlementReply {
    /// Writes the answer to a report.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("counted", reason == nil)
            writer.member("state", position?.rawValue)
            writer.member("reason", reason?.rawValue)
            writer.name("transition")
            writer.value(transition.map { .object($0.summary) } ?? .null)
            guard isOfGuard else { return }
            writer.name("retry")
            guard let retry else { return writer.value(.null) }
            writer.object { retry.write(to: &$0) }
        }
    }

    /// The answer to one report.
    var reply: Reply {
        var writer = JSONWriter()
        write(to: &writer)
        var reply = Reply()
        reply.body = writer.bytes
        return reply
    }
}
