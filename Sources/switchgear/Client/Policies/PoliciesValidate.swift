import ArgumentParser
import Resilience

/// `policies validate`: whether the server would take a file.
struct PoliciesValidate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a policy file without storing anything.",
        discussion: """
            Exits with 1 when the file is not valid, and lists every fault with its place.

            Examples:
              switchgear policies validate -f policies.yaml
              switchgear policies validate -f - < policies.yaml
            """)

    @Option(name: [.short, .long], help: "The file; - is standard input.")
    private var file: String

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let document = try PolicyFile.read(path: file)
        let count = document.object?["policies"]?.array?.count ?? 0
        var request = APIRequest(.post, ["policies", "validate"])
        request.body = document
        let response = try await client.send(request)
        try show(response) { text($0, policyCount: count) }
        guard try response.document()["valid"]?.bool == true else {
            throw ClientFailure(.refused)
        }
    }

    private func text(_ answer: JSONObject, policyCount: Int) -> String {
        let name = Printable.escape(file == "-" ? "standard input" : file)
        guard answer["valid"]?.bool != true else {
            return "\(name): valid, policies: \(policyCount)\n"
        }
        let faults = (answer["errors"]?.array ?? []).compactMap(\.object)
        return "\(name): not valid, faults: \(faults.count)\n"
            + faults.map { "  \(Printable.escape(APIResponse.line($0)))\n" }.joined()
    }
}
