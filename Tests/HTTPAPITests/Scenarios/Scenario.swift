import ControlPlane
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

    /// Runs it on a new server.
    func run(
        _ options: TestServer.Options = TestServer.Options(), restarts: Restarts = .asWritten
    ) async throws {
        try await TestServer.with(options) { server in
            var seq = try await Self.lastEvent(server)
            var kept: [String: String] = [:]
            var starts = 0
            for (index, step) in steps.enumerated() {
                if step.isAfterRestart || restarts == .betweenSteps && index > 0 {
                    try await server.restart()
                }
                let step = step.filledIn(kept)
                let reply = try await server.send(step.request)
                let written = try await server.events(after: seq)
                seq = written.last?.at("/seq")?.integer ?? seq
                // That the server stops and starts is told, and no part of any scenario.
                starts += written.count { $0.at("/type") == "server.started" }
                let events = written.filter { $0.at("/type")?.string?.hasPrefix("server.") != true }
                let place = "step \(index): \(step.request.method) \(step.request.target)"
                try check(reply, try step.expected(restarts), place)
                check(events, step, place)
                for (name, field) in step.keptFields {
                    let value: String = try #require(reply[field], "\(place): \(field)")
                    kept[name] = value
                }
                for (name, pointer) in step.kept {
                    kept[name] = try #require(reply.at(pointer)?.string, "\(place): \(pointer)")
                }
            }
            if restarts == .betweenSteps { #expect(starts == steps.count - 1) }
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
            #expect(Self.isLike(reply[name], value), "\(place): \(name)")
        }
        if step.answer.isEmpty {
            #expect(reply.body.isEmpty, "\(place): \(reply.text)")
        } else {
            let mismatches = try JSONMatch.mismatches(step.answer, reply.body)
            #expect(mismatches.isEmpty, "\(place): \(reply.text)")
        }
        for pointer in step.absent { #expect(reply.at(pointer) == nil, "\(place): \(pointer)") }
        if reply["Content-Type"] == "application/problem+json" { reply.checkProblem(step.request) }
    }

    private static func isLike(_ value: String?, _ expected: String?) -> Bool {
        guard let value, let expected, let gap = expected.firstRange(of: "…") else {
            return value == expected
        }
        return value.hasPrefix(expected[..<gap.lowerBound])
            && value.hasSuffix(expected[gap.upperBound...])
    }

    private func check(_ events: [JSONValue], _ step: Step, _ place: String) {
        for type in events.compactMap({ $0.at("/type")?.string }) {
            #expect(EventType.all().contains(type), "\(place): \(type) is not declared")
        }
        let expected = step.events.map { text in
            text.hasPrefix("{")
                ? (try? JSONParser.parse(text).value) ?? .null : ["type": .string(text)]
        }
        let mismatches = JSONMatch.mismatches(.array(expected), .array(events))
        #expect(mismatches.isEmpty, "\(place): wrote \(events.map(\.text))")
    }
}
