import Resilience
import TestSupport

@testable import HTTPAPI

/// What an endpoint takes in which there may be figures.
struct ExtremeEntry: Sendable {
    /// What stands in for what the path captures.
    var captures: [String: String] = ["name": "p", "key": "k", "version": "1", "seq": "1"]
    /// Captures that are figures themselves.
    var figures: [String] = []
    /// The parameters of the query that are figures, texts or instants.
    var query: [String] = []
    /// What else the query needs.
    var needs = ""
    /// The body, with what it needs besides the one member that is at an end.
    var body: (shape: Shape, seed: JSONValue)?

    /// An endpoint without figures.
    static let none = ExtremeEntry()

    /// An endpoint that takes a body.
    static func body(
        _ shape: Shape, _ seed: JSONValue = [:], query: [String] = []
    ) -> ExtremeEntry {
        ExtremeEntry(query: query, body: (shape, seed))
    }

    /// An endpoint that takes figures in its query.
    static func query(_ names: String..., needs: String = "") -> ExtremeEntry {
        ExtremeEntry(query: names, needs: needs)
    }

    /// The requests to that method and path, with one figure at an end in each.
    func requests(_ method: String, _ path: String) -> [HTTPRequestText] {
        var requests: [HTTPRequestText] = []
        for figure in figures {
            for number in Shape.extremeNumbers {
                var captures = captures
                captures[figure] = number
                requests.append(HTTPRequestText("\(method) \(filled(path, captures))", seedText))
            }
        }
        let plain = filled(path, captures)
        for name in query {
            for text in Shape.extremeNumbers + Shape.extremeTimestamps + ["%00", "%FF", "-"] {
                let value = text.replacing("+", with: "%2B")
                requests.append(
                    HTTPRequestText("\(method) \(plain)?\(needs)\(name)=\(value)", seedText))
            }
        }
        for leaf in body?.shape.leaves ?? [] {
            for text in leaf.shape.extremes {
                requests.append(
                    HTTPRequestText("\(method) \(plain)", Self.text(body?.seed ?? [:], leaf, text)))
            }
        }
        return requests.isEmpty ? [HTTPRequestText("\(method) \(plain)", seedText)] : requests
    }

    private var seedText: String? { body?.seed.text }

    private func filled(_ path: String, _ captures: [String: String]) -> String {
        captures.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// The document with that member written as `text` says, which need not be JSON.
    static func text(_ document: JSONValue, _ leaf: ShapeLeaf, _ text: String) -> String {
        let mark = "the place"
        return document.setting(.string(mark), at: leaf.path[...]).text
            .replacing("\"\(mark)\"", with: text)
    }
}
