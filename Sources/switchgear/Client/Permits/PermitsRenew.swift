import ArgumentParser
import Resilience

/// `permits renew`: renews the lease of a permit.
struct PermitsRenew: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew the lease of a permit.",
        discussion: """
            What an allowed call holds, such as a slot, is free again when its lease ends. This \
            starts the lease anew; it lasts at most as long as the policy allows.

            Examples:
              switchgear permits renew "$PERMIT"
              switchgear permits renew "$PERMIT" --lease-ms 10000
            """)

    @Argument(help: "The permit, as the answer had it.")
    private var permit: PathPart

    @Option(help: "How long from now, in milliseconds. (default: what the policy gives)")
    private var leaseMs: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["permits", permit.text, "renew"])
        request.body = ["lease_ms": JSONValue(leaseMs)]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
