import HTTPAPI
import Resilience

/// One setting of the server: where it may come from, what it takes, and what it is for.
struct Setting: Sendable {
    /// Its name in a settings file; with `-` for `_`, its flag.
    let name: String
    /// Its environment variable.
    let variable: String
    /// What it takes.
    let shape: Shape
    /// Its value when it is set nowhere; nil for none.
    let defaultText: String?
    /// Whether its value is never shown.
    let isSecret: Bool
    /// One sentence for people.
    let summary: String

    init(
        _ name: String, _ variable: String, _ shape: Shape, default defaultText: String?,
        isSecret: Bool = false, _ summary: String
    ) {
        self.name = name
        self.variable = variable
        self.shape = shape
        self.defaultText = defaultText
        self.isSecret = isSecret
        self.summary = summary
    }

    /// Its flag of `serve`.
    var flag: String { "--" + String(name.map { $0 == "_" ? "-" : $0 }) }

    /// What is wrong with `text` as its value; nil when it is one.
    func fault(of text: String) -> String? {
        if name == "port", text.hasPrefix("tcp://") {
            return """
                is \(text), which an orchestrator sets for a service that is called switchgear; \
                rename the service, switch such variables off, or give \(flag)
                """
        }
        if shape == .flag { return Self.flags[text] == nil ? "must be true or false" : nil }
        if text.isEmpty { return "must not be empty" }
        if name == "allowed_hosts", ServerConfiguration.hosts(in: text) == nil {
            return "must be names of hosts with commas between them, not \"\(text)\""
        }
        return shape.parse(text) == nil ? "must be \(shape.expectation), not \"\(text)\"" : nil
    }

    /// What flags may be called.
    static let flags = ["true": true, "1": true, "false": false, "0": false]
}
