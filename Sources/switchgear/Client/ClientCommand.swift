import ArgumentParser
import Resilience

/// A command that talks to a running server: what it prints is its own, the rest is here.
protocol ClientCommand: AsyncParsableCommand {
    /// The options shared by all of them.
    associatedtype Options: ConnectionOptions

    /// Which server, and how to print.
    var options: Options { get }

    /// Does what the command is for. Failures are thrown as ``ClientFailure``.
    func call(_ client: APIClient) async throws
}

extension ClientCommand {
    /// Calls the server, tells failures on standard error and turns them into the exit code.
    mutating func run() async throws {
        let command = self
        do {
            try await APIClient.connected(try options.settings()) { client in
                try await command.call(client)
            }
        } catch let failure as ClientFailure {
            failure.lines.forEach(Output.note)
            throw ExitCode(failure.code.rawValue)
        } catch let error as PolicyFileError {
            ClientFailure(.refused, error.description).lines.forEach(Output.note)
            throw ExitCode(ClientFailure.Code.refused.rawValue)
        }
    }

    /// Prints the answer's body with `--json`, else what `text` makes of it.
    func show(_ response: APIResponse, as text: (JSONObject) -> String) throws {
        let document = try response.document()
        if options.isJSON {
            try Output.body(response.body)
        } else {
            try Output.write(text(document))
        }
    }

    /// Prints a list: with `--json` as one document, else as `table`, or that there is none.
    func show(_ listing: Listing, as table: ([JSONObject]) -> Table) throws {
        if options.isJSON { return try Output.body(listing.body) }
        let table = table(listing.elements)
        guard !table.isEmpty else { return Output.note("no \(listing.member)") }
        try Output.write(table.text)
    }
}
