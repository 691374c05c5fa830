import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

/// Steps done with a plane that has counters, each of which answers in a line of text.
///
/// A script is run as it is, with the plane stopped and started between every two steps, and with
/// an engine that answers late and makes half of the changes again. All must answer the same.
final class CounterScript {
    /// How a script is run.
    enum Way: String, CaseIterable {
        case plain, restarted, late
    }

    typealias Step = (CounterScript) async throws -> String

    private static let caller = Caller(actor: "ann")

    private let folder: TemporaryFolder
    private let elsewhere: LateEngine?
    /// The plane at work.
    private(set) var plane: Plane
    /// The permits that were given, in their order.
    private var permits: [String] = []

    private init(_ way: Way) async throws {
        folder = try TemporaryFolder()
        elsewhere = way == .late ? LateEngine() : nil
        plane = try await Self.start(folder, elsewhere)
    }

    private static func start(
        _ folder: TemporaryFolder, _ elsewhere: LateEngine?
    ) async throws -> Plane {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        configuration.elsewhere = elsewhere
        return try await Plane(configuration, kinds: Plane.kinds + [Counters.self])
    }

    /// Runs `steps` with the counter `jobs` of that spec, and a guard `checkout` of it alone.
    static func run(
        _ spec: JSONValue, _ steps: [(Step, String)],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let policies: [JSONValue] = [
            ["kind": "counter", "name": "jobs", "spec": spec],
            ["kind": "guard", "name": "checkout", "spec": ["counter": "jobs"]],
        ]
        for way in Way.allCases {
            let script = try await CounterScript(way)
            _ = try await script.plane.policies.apply(
                policies, prune: false, dryRun: false, by: caller)
            for (index, (step, expected)) in steps.enumerated() {
                if way == .restarted {
                    try await script.plane.stop()
                    script.plane = try await start(script.folder, nil)
                }
                let answer = try await script.line(of: step)
                #expect(answer == expected, "step \(index), \(way)", sourceLocation: location)
            }
            try await script.plane.stop()
            #expect(script.elsewhere?.differences ?? [] == [], sourceLocation: location)
            // Else the engine was not asked, and the script has held nothing of it.
            #expect(script.elsewhere?.changes != 0, sourceLocation: location)
        }
    }

    private func line(of step: Step) async throws -> String {
        do { return try await step(self) } catch let error as PlaneError {
            return error.code.rawValue
        }
    }

    private func note(_ permit: String?) { if let permit { permits.append(permit) } }

    // MARK: Steps

    /// Asks the counter.
    static func acquire(_ key: ExactString = "") -> Step {
        { script in
            let reply = try await script.plane[Counters.self].acquire("jobs", key, by: caller)
            script.note(reply.permit)
            let wait = reply.retryAfter.map { " \($0.milliseconds)" } ?? ""
            return "\(reply.isAllowed ? "yes" : "no") \(reply.held)\(wait)"
        }
    }

    /// Asks the guard.
    static func guarded() -> Step {
        { script in
            let answer = try await script.plane.guards.acquire(
                "checkout", GuardRequest(), by: caller)
            script.note(answer.permit)
            return answer.isAllowed ? "yes" : "no \(answer.deniedBy?.reason ?? "")"
        }
    }

    /// Settles the permit of that place among those that were given.
    static func settle(_ place: Int) -> Step {
        { script in
            let reply = try await script.plane.permits.settle(
                script.permits[place], OutcomeReport(.success), by: caller)
            return reply.reason?.rawValue ?? "counted"
        }
    }

    static func release(_ place: Int) -> Step {
        { script in
            try await script.plane.permits.release(script.permits[place], by: caller)
            return "released"
        }
    }

    static func renew(_ place: Int) -> Step {
        { script in
            let end = try await script.plane.permits.renew(
                script.permits[place], for: nil, by: caller)
            return "\((end - script.plane.now).milliseconds)"
        }
    }

    static func advance(_ milliseconds: Int64) -> Step {
        { script in
            _ = try await script.plane.advance(by: .milliseconds(milliseconds))
            return ""
        }
    }

    static func reset() -> Step {
        { script in
            "\(try await script.plane[Counters.self].reset("jobs", nil, reason: nil, by: caller))"
        }
    }

    /// The keys that have a state, with how many places are held.
    static func keys() -> Step {
        { script in
            let counters = script.plane[Counters.self]
            return try counters.keys("jobs", after: nil, limit: 10)
                .map { "\($0)=\(try counters.status("jobs", $0).places.count)" }
                .joined(separator: " ")
        }
    }

    /// How many events there are of the kind.
    static func events() -> Step {
        { script in
            var query = EventQuery()
            query.type = "counter.*"
            query.isAscending = true
            return try await script.plane.events(query).map(\.event.type).joined(separator: " ")
        }
    }
}
