import Resilience
import TestSupport
import Testing

/// Requests to one server, one after another.
struct Scenario: Sendable, CustomTestStringConvertible {
    /// What it shows, as a sentence.
    let testDescription: String
    /// The requests.
    let steps: [Step]

    init(_ sentence: String, _ steps: [Step]) {
        testDescription = sentence
        self.steps = steps
    }

    /// Runs it on a new server, with `restarts` on one that is restarted before each step.
    ///
    /// In the line of a request `{permit:2}` stands for the second permit that was given.
    func run(
        _ options: TestServer.Options = TestServer.Options(), restarts: Bool = false
    ) async throws {
        try await TestServer.with(options) { server in
            var seq = try await Self.lastEvent(server)
            var permits: [String] = []
            for (index, step) in steps.enumerated() {
                if step.isAfterRestart || restarts {
                    try await server.restart()
                    seq = try await Self.lastEvent(server)
                }
                var step = step
                step.request = step.request.filled(with: permits)
                let reply = try await server.send(step.request)
                if let permit = reply.at("/permit")?.string { permits.append(permit) }
                let events = try await server.events(after: seq)
                seq += Int64(events.count)
                let restarted = restarts ? ", restarted" : ""
                let place =
                    "step \(index)\(restarted): \(step.request.method) \(step.request.target)"
                try check(reply, step, place)
                check(events, step, place)
            }
        }
    }

    private static func lastEvent(_ server: TestServer) async throws -> Int64 {
        let reply = try await server.send("GET /v1/events?limit=1")
        return reply.at("/events/0/seq")?.integer ?? 0
    }

    private func check(_ reply: HTTPReply, _ step: Step, _ place: String) throws {
        #expect(reply.status == step.status, "\(place): \(reply.text)")
        #expect(reply["X-Request-Id"]?.isEmpty == false, "\(place)")
        for (name, value) in step.fields {
            #expect(reply[name] == value, "\(place): \(name)")
        }
        if step.answer.isEmpty {
            #expect(reply.body.isEmpty, "\(place): \(reply.text)")
        } else {
            let mismatches = try JSONMatch.mismatches(step.answer, reply.body)
            #expect(mismatches.isEmpty, "\(place): \(reply.text)")
        }
        for pointer in step.absent { #expect(reply.at(pointer) == nil, "\(place): \(pointer)") }
        if reply["Content-Type"] == "application/problem+json" {
            reply.checkProblem(step.request)
        }
    }

    private func check(_ events: [JSONValue], _ step: Step, _ place: String) {
        let expected = step.events.map { text in
            text.hasPrefix("{")
                ? (try? JSONParser.parse(text).value) ?? .null : ["type": .string(text)]
        }
        let mismatches = JSONMatch.mismatches(.array(expected), .array(events))
        #expect(mismatches.isEmpty, "\(place): wrote \(events.map(\.text))")
    }
}

extension HTTPRequestText {
    /// The same, with the permits that it names.
    fileprivate func filled(with permits: [String]) -> HTTPRequestText {
        var request = self
        for (index, permit) in permits.enumerated() {
            request.target = target.replacing("{permit:\(index + 1)}", with: permit)
            if request.target != target { return request }
        }
        return request
    }
}

extension HTTPReply {
    /// Holds a problem document to RFC 9457 and to what all of them have.
    func checkProblem(_ request: HTTPRequestText) {
        let place = "\(request.method) \(request.target): \(text)"
        #expect(status >= 400 && status != 500, "\(place)")
        #expect(at("/type")?.string?.hasPrefix("urn:switchgear:problem:") == true, "\(place)")
        #expect(at("/status")?.integer == Int64(status), "\(place)")
        #expect(at("/title")?.string?.isEmpty == false, "\(place)")
        #expect(at("/detail")?.string?.isEmpty == false, "\(place)")
        let path = request.target.prefix { $0 != "?" }
        #expect(at("/instance")?.string == String(path), "\(place)")
        #expect(at("/request_id")?.string == self["X-Request-Id"], "\(place)")
        #expect((self["Retry-After"] != nil) == (status == 503), "\(place)")
    }
}
