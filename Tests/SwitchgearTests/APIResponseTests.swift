import Resilience
import Testing

@testable import switchgear

@Suite("Answers of the server")
struct APIResponseTests {
    private func response(
        _ status: Int, _ body: String, type: String = "application/problem+json",
        retryAfter: String? = nil
    ) -> APIResponse {
        APIResponse(
            status: status, mediaType: type, retryAfter: retryAfter, body: Array(body.utf8),
            url: "http://h:1")
    }

    @Test("a problem is told with its title, detail and every fault")
    func problem() {
        let failure = response(
            422,
            """
            {"title": "Invalid", "detail": "2 faults", "errors": [
              {"pointer": "/spec/limits/0/quota", "detail": "must be at least 1"},
              {"pointer": "", "detail": "needs\\na spec"}]}
            """
        ).failure
        #expect(failure?.code == .refused)
        #expect(
            failure?.lines == [
                "error: Invalid: 2 faults", "  /spec/limits/0/quota: must be at least 1",
                "  : needs\\na spec",
            ])
    }

    @Test("a single fault is told by the detail alone")
    func singleFault() {
        let failure = response(
            422,
            """
            {"title": "Invalid request", "detail": "/cost: must be at least 0",
             "errors": [{"pointer": "/cost", "detail": "must be at least 0"}]}
            """
        ).failure
        #expect(failure?.lines == ["error: Invalid request: /cost: must be at least 0"])
    }

    @Test("a missing token and a server that is busy get a hint")
    func hints() {
        #expect(
            response(401, #"{"title": "Unauthorized"}"#).failure?.lines == [
                "error: Unauthorized", "  give a token with --token or SWITCHGEAR_TOKEN",
            ])
        #expect(
            response(503, #"{"title": "Busy"}"#, retryAfter: "5").failure?.details == [
                "try again after 5 s"
            ])
    }

    @Test(
        "what no Switchgear server would answer counts as not reached",
        arguments: [(502, "<html>", "text/html"), (404, "[]", "application/problem+json")])
    func stranger(status: Int, body: String, type: String) {
        #expect(response(status, body, type: type).failure?.code == .unreachable)
    }

    @Test("a success is no failure, but must be a JSON object where one is wanted")
    func success() throws {
        #expect(response(204, "").failure == nil)
        #expect(try response(200, #"{"a": 1}"#).document() == ["a": 1])
        for body in ["", "[]", "<html>", #"{"a": 1e999}"#] {
            #expect(throws: ClientFailure.self) { try response(200, body).document() }
        }
    }
}
