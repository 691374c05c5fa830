import Resilience
import TestSupport

/// One request of a scenario, and what must come of it.
struct Step: Sendable {
    /// The request.
    var request: HTTPRequestText
    /// The status of the answer.
    var status: Int
    /// What the body must hold at least, as JSON; empty where there must be no body.
    var answer: String
    /// Pointers to what must not be in the body.
    var absent: [String] = []
    /// Fields that the answer must have, `…` for any text, and those it must not (nil).
    var fields: [String: String?] = [:]
    /// The events that the request must write, each a type or a document.
    var events: [String] = []
    /// Names under which texts of the answer are kept, by the pointers to them. What is kept as
    /// `p` stands in the requests after that as `<p>`.
    var kept: [String: String] = [:]
    /// Names under which fields of the answer are kept, by the fields.
    var keptFields: [String: String] = [:]
    /// Whether the server is restarted before.
    var isAfterRestart = false

    /// The request of that line and body, answered with that status and body.
    init(_ line: String, _ body: String? = nil, _ status: Int = 200, _ answer: String = "{}") {
        request = HTTPRequestText(line, body)
        self.status = status
        self.answer = answer
    }

    /// Moves the manual clock.
    static func advance(_ milliseconds: Int) -> Step {
        Step("POST /v1/clock/advance", #"{"ms": \#(milliseconds)}"#)
    }

    /// The same, with these fields in the request.
    func with(_ fields: [String: String]) -> Step {
        var step = self
        step.request.fields = fields
        return step
    }

    /// The same, with these fields in the answer; nil where one must not be there.
    func has(_ fields: [String: String?]) -> Step {
        var step = self
        step.fields = fields
        return step
    }

    /// The same, with nothing at these places of the answer.
    func lacks(_ pointers: String...) -> Step {
        var step = self
        step.absent = pointers
        return step
    }

    /// The same, writing these events, each a type or a document.
    func tells(_ events: String...) -> Step {
        var step = self
        step.events = events
        return step
    }

    /// The same, keeping the text at that pointer of the answer under a name.
    func keeps(_ pointer: String, as name: String) -> Step {
        var step = self
        step.kept[name] = pointer
        return step
    }

    /// The same, keeping a field of the answer under a name.
    func keepsField(_ field: String, as name: String) -> Step {
        var step = self
        step.keptFields[name] = field
        return step
    }

    /// The same, with what was kept in its place.
    func filledIn(_ kept: [String: String]) -> Step {
        var step = self
        for (name, text) in kept {
            step.request.target = step.request.target.replacing("<\(name)>", with: text)
            step.request.fields = step.request.fields.mapValues {
                $0.replacing("<\(name)>", with: text)
            }
            step.request.body = step.request.body.map {
                Array(String(decoding: $0, as: UTF8.self).replacing("<\(name)>", with: text).utf8)
            }
        }
        return step
    }

    /// The same, with what holds of its answer in a run with these restarts: statistics count
    /// from the start of the server, which was just now.
    func expected(_ restarts: Restarts) throws -> Step {
        guard restarts == .betweenSteps, request.target.contains("/stats"), status < 300 else {
            return self
        }
        var step = self
        step.answer = try JSONParser.parse(answer).value.withoutCounts.text
        return step
    }

    /// The same, after a restart of the server.
    var afterRestart: Step {
        var step = self
        step.isAfterRestart = true
        return step
    }
}

extension JSONValue {
    /// The same, with nothing counted.
    fileprivate var withoutCounts: JSONValue {
        switch self {
        case .integer: 0
        case .object(let members):
            .object(JSONObject(members.map { ($0, $1.withoutCounts) }))
        default: self
        }
    }
}

extension Step {
    /// The same, with another status.
    func status(_ status: Int) -> Step {
        var step = self
        step.status = status
        return step
    }

    /// The same, refused because of what stands at these places.
    func refused(_ pointers: String...) -> Step {
        let faults = pointers.map { #"{"pointer": "\#($0)"}"# }.joined(separator: ",")
        var step = self
        (step.status, step.answer) = (422, #"{"errors": [\#(faults)]}"#)
        return step
    }
}
