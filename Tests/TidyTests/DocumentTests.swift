import Foundation
import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import switchgear

@Suite("The documents")
struct DocumentTests {
    private static let pages =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]
        + Project.files(below: "docs", endingWith: ".md")

    @Test("link only to files that are there", arguments: pages)
    func links(page: String) throws {
        let folder = Project.url(page).deletingLastPathComponent()
        for piece in try Project.text(page).components(separatedBy: "](").dropFirst() {
            let target = piece.prefix { $0 != ")" && $0 != "#" }
            guard !target.isEmpty, !target.contains("://") else { continue }
            let path = folder.appendingPathComponent(String(target)).path
            #expect(FileManager.default.fileExists(atPath: path), "\(page) links to \(target)")
        }
    }

    @Test("docs/configuration.md has a row for each setting, and for nothing else")
    func settings() throws {
        let rows = (Setting.all + [Setting.file]).map { setting in
            let value = setting.defaultText.map { "`\($0)`" } ?? ""
            return "| `\(setting.name)` | `\(setting.variable)` | \(value) | \(setting.summary) |"
        }
        try expect(rows, in: "docs/configuration.md", under: "| setting |")
    }

    @Test("docs/configuration.md has a row for each default variable, and for nothing else")
    func variables() throws {
        let rows = DefaultVariables.known(PolicyKinds.standard).map { name, field in
            "| `\(name)` | `\(field.name)` | \(DefaultVariables.expectation(of: field)) |"
        }
        try expect(
            Array(Set(rows)).sorted(), in: "docs/configuration.md", under: "| variable |")
    }

    @Test("the pages of the kinds have a row for each member of a spec and its parts")
    func fields() throws {
        let kinds = PolicyKinds.standard
        for type in kinds {
            let spec = SpecTable("the spec", type, among: kinds)
            for table in [spec] + type.tables(among: kinds) {
                try expect(
                    table.fields.map(\.row), in: "docs/\(type.kind.plural).md",
                    under: "| member of \(table.title) |")
            }
        }
    }

    @Test("the pages of the kinds have a row for each preset")
    func presets() throws {
        for type in PolicyKinds.standard where !type.presets.isEmpty {
            let rows = type.presets.map { "| `\($0.name)` | \($0.summary) |" }
            try expect(rows, in: "docs/\(type.kind.plural).md", under: "| preset |")
        }
    }

    /// Holds the table whose first line begins with `heading` to `rows`.
    private func expect(_ rows: [String], in page: String, under heading: String) throws {
        let lines = try Project.text(page).split(
            separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix(heading) }, "\(heading)")
        let table = lines[start...].prefix { $0.hasPrefix("|") }.dropFirst(2).map { String($0) }
        #expect(table == rows, "\(page), \(heading) should have\n\(rows.joined(separator: "\n"))")
    }
}

extension FieldInfo {
    /// The member as a row of a table.
    fileprivate var row: String {
        let isEmpty = defaultValue == .null || defaultText.isEmpty
        let value = isEmpty ? defaultNote ?? "" : "`\(defaultText)`"
        return "| `\(name)` | \(takes) | \(value) | \(summary) |"
    }

    private var defaultText: String { defaultValue.string ?? defaultValue.text }

    private var takes: String {
        switch shape {
        case .object: "an object"
        case .named: "a name, or an object"
        case .list(_, let counts): "a list of at most \(counts.upperBound)"
        case .map(_, let counts): "an object of at most \(counts.upperBound) members"
        default: shape.expectation
        }
    }
}
