import TestSupport
import Testing

@testable import Resilience

@Suite("Types of errors")
struct ErrorNameTests {
    private func matches(_ error: String, _ listed: [ExactString]) -> Bool {
        FailureTypes(statuses: [], errors: listed).contains(status: nil, error: error)
    }

    @Test(
        "platforms' own names count as the plain one, in lists too", arguments: ErrorName.allCases)
    func platforms(name: ErrorName) {
        let plain = ExactString(name.rawValue)
        for platform in name.platformNames {
            for spelling in [platform, platform.lowercased(), platform.uppercased()] {
                #expect(matches(spelling, [plain]), "\(spelling)")
                #expect(matches(name.rawValue, [ExactString(spelling)]), "\(spelling)")
            }
        }
    }

    @Test("the network is also what keeps a call from its target, and not the other way round")
    func network() {
        for name in [ErrorName.connectionRefused, .connectionReset, .dns] {
            #expect(matches(name.rawValue, ["network"]))
            #expect(matches(name.platformNames[0], ["UNAVAILABLE"]))
            #expect(!matches("network", [ExactString(name.rawValue)]))
            #expect(!matches("timeout", [ExactString(name.rawValue)]))
        }
        #expect(!matches("timeout", ["network"]))
        #expect(!matches("ECONNREFUSED", ["connection_reset"]))
    }

    @Test("other names are compared without case")
    func others() {
        #expect(matches("OutOfStock", ["outofstock"]))
        #expect(matches("ÄRGER", ["ärger"]))
        #expect(!matches("out_of_stock", ["outofstock"]))
        #expect(!matches("", ["timeout"]))
    }

    @Test("what never is tried again wins, by whatever name")
    func never() throws {
        let policy = try RetryPolicy(
            json: #"{"retry_on":{"errors":["network"]},"never_on":{"errors":["dns"]}}"#)
        #expect(policy.decide(FailedAttempt(1, error: "EPIPE"), random: 0).retries)
        #expect(
            policy.decide(FailedAttempt(1, error: "ENOTFOUND"), random: 0).reason == .notRetryable)
    }

    @Test("stand in the documentation as they stand in the code")
    func documented() throws {
        let page = try Project.text("docs/retries.md")
        let rows = ErrorName.allCases.map { name in
            let names = name.platformNames.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(name.rawValue)` | \(names) |"
        }
        #expect(page.contains("| --- | --- |\n" + rows.joined(separator: "\n") + "\n\n"))
    }
}
