import ArgumentParser

/// `policies export`: all policies as one file that applies unchanged.
struct PoliciesExport: ClientCommand {
    /// The formats of the file.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case yaml
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all policies as a file that can be applied.",
        discussion: """
            Examples:
              switchgear policies export -o policies.yaml
              switchgear policies export --format json
            """)

    @Option(help: "The format of the file: yaml or json. (default: yaml; json with --json)")
    private var format: Format?

    @Option(name: [.customShort("o"), .long], help: "The file to write; - is standard output.")
    private var output = "-"

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["policies", "export"])
        let format = format ?? (options.isJSON ? .json : .yaml)
        request.accept = "application/\(format.rawValue)"
        let response = try await client.send(request)
        guard response.mediaType == request.accept else { throw response.stranger }
        try Output.save(response.body, at: output)
    }
}
