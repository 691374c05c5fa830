import ArgumentParser
import Resilience

/// `limiters assign`: gives one key a tier or limit of its own, or takes it away.
struct LimitersAssign: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Give one key a tier or a limit of its own.",
        discussion: """
            An assignment wins over the tier that a call names. It replaces the key's \
            assignment of before.

            Examples:
              switchgear limiters assign api user:1 --tier pro
              switchgear limiters assign api user:1 --quota 500 --period-ms 60000
              switchgear limiters assign api user:1 --remove
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: PathPart

    @OptionGroup private var assignment: AssignmentOptions
    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let path = ["limiters", name.text, "assignments", key.text]
        guard !assignment.remove else {
            var request = APIRequest(.delete, path)
            request.reason = reason
            _ = try await client.send(request)
            if !options.isJSON {
                try Output.line("removed the assignment of \(Printable.escape(key.text))")
            }
            return
        }
        var request = APIRequest(.put, path)
        request.body = .object(assignment.body)
        request.reason = reason
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
