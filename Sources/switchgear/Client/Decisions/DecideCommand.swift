import ArgumentParser
import Resilience

/// `decide`: asks one policy, or many at once.
struct DecideCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Ask one policy, or many at once, whether a call may be made.",
        discussion: """
            Give a kind and a name, or a file with a list 'decisions' of up to 1000 questions, \
            each with a kind, a name and the members of that kind's acquire call. No call waits.

            Exits with 0 if all are allowed, with 10 if one is denied, and with 1 if one could \
            not be answered; the table says why.

            Examples:
              switchgear decide limiter api --key user:1 --cost 5
              switchgear decide guard checkout --attribute user=1 --attribute org=a
              switchgear decide -f questions.yaml
              switchgear decide -f - < questions.json
            """)

    @OptionGroup private var question: QuestionArguments

    @Option(name: [.short, .long], help: "The file of questions; - is standard input.")
    private var file: String?

    @OptionGroup var options: ClientOptions

    mutating func validate() throws {
        guard (file == nil) == question.isGiven, file == nil || question.isEmpty else {
            throw ValidationError("Give either a kind and a name or a file.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["decisions"])
        request.body =
            try file.map { try PolicyFile.read(path: $0, listing: "decisions") }
            ?? ["decisions": [.object(question.document)]]
        let response = try await client.send(request)
        let results = (try response.document()["results"]?.array ?? []).compactMap(\.object)
        try show(response) { _ in Self.text(results) }
        if results.contains(where: { $0["allowed"] == nil }) { throw ClientFailure(.refused) }
        if results.contains(where: { $0["allowed"] != true }) { throw ClientFailure(.denied) }
    }

    /// One result in full, or a line for each of many.
    private static func text(_ results: [JSONObject]) -> String {
        if results.count == 1 { return Table(fields: Cell.fields(of: results[0])).text }
        var table = Table([
            .text("KIND"), .text("NAME"), .text("ANSWER"), .text("REASON"),
            .number("RETRY AFTER MS"), .text("PERMIT"),
        ])
        for result in results {
            let answer = result["allowed"].map { $0 == true ? "allowed" : "denied" } ?? "problem"
            table.add(
                [Cell.text(result["kind"]), Cell.text(result["name"]), answer, reason(result)]
                    + ["retry_after_ms", "permit"].map { Cell.text(result[$0]) })
        }
        return table.text
    }

    /// Why a call is denied, or why there is no answer, with the first fault.
    private static func reason(_ result: JSONObject) -> String {
        let fault = result["errors"]?.array?.first?.object.map(APIResponse.line)
        return fault ?? Cell.text(result["reason"] ?? result["detail"])
    }
}
