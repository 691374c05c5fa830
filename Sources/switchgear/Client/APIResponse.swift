import Resilience

/// One answer of the server, wholly read.
struct APIResponse: Sendable {
    /// The status code.
    let status: Int
    /// The media type, in lower case and without parameters; empty where there is none.
    let mediaType: String
    /// The seconds or date of `Retry-After`, where there is one.
    let retryAfter: String?
    /// The body's bytes.
    let body: [UInt8]
    /// The address that answered, for messages.
    let url: String

    /// The body as the JSON object that a Switchgear server answers with.
    func document() throws(ClientFailure) -> JSONObject {
        guard let document = json else { throw stranger }
        return document
    }

    /// The failure that this answer is, or nil where it is a success.
    var failure: ClientFailure? {
        if (200..<300).contains(status) { return nil }
        guard mediaType == "application/problem+json", let problem = json else { return stranger }
        let title = problem["title"]?.string ?? "status \(status)"
        let detail = problem["detail"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let faults = (problem["errors"]?.array ?? []).compactMap(\.object).map(Self.line)
        return ClientFailure(
            .refused, detail.map { "\(title): \($0)" } ?? title,
            // One fault is told by the detail already.
            details: (faults.count > 1 ? faults : []) + hints)
    }

    /// A fault as it is listed: `/policies/0/spec: must be an object`.
    static func line(_ fault: JSONObject) -> String {
        "\(fault["pointer"]?.string ?? ""): \(fault["detail"]?.string ?? "")"
    }

    private var hints: [String] {
        var hints: [String] = []
        if status == 401 { hints.append("give a token with --token or SWITCHGEAR_TOKEN") }
        if let retryAfter { hints.append("try again after \(retryAfter) s") }
        return hints
    }

    private var json: JSONObject? {
        guard let document = try? JSONParser.parse(body) else {
            return nil
        }
        return document.value.object
    }

    /// What answered is something else, such as a proxy in front of a server that is down.
    var stranger: ClientFailure {
        let type = mediaType.isEmpty ? "no media type" : mediaType
        return ClientFailure(
            .unreachable,
            "\(url) answered with status \(status) and \(type), not as a Switchgear server does",
            details: ["check the address given by --url or SWITCHGEAR_URL"])
    }
}
