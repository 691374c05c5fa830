import Foundation
import TestSupport
import Testing

@Suite("The page of the library")
struct LibraryPageTests {
    private static let page = "docs/library.md"

    /// What stands between the fences of that language.
    private static func blocks(_ language: String) throws -> [String] {
        let lines = try Project.text(page).components(separatedBy: "\n")
        var blocks: [String] = []
        var block: [String]?
        var isWanted = false
        for line in lines {
            if line.hasPrefix("```") {
                if let whole = block {
                    if isWanted { blocks.append(whole.joined(separator: "\n")) }
                    block = nil
                } else {
                    (block, isWanted) = ([], line == "```" + language)
                }
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    @Test("shows only code that the example has, at any indentation")
    func code() throws {
        let sources = try Project.files(below: "examples/in-process", endingWith: ".swift")
            .map(Project.text)
        let blocks = try Self.blocks("swift")
        #expect(blocks.count >= 8)
        for block in blocks {
            let isThere = [0, 4, 8].contains { spaces in
                let margin = String(repeating: " ", count: spaces)
                let text = block.components(separatedBy: "\n")
                    .map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
                return sources.contains { ("\n" + $0).contains("\n" + text + "\n") }
            }
            #expect(isThere, "no file of the example has\n\(block)")
        }
    }

    @Test("names the products that there are")
    func products() throws {
        let manifest = try Project.text("Package.swift")
        let block = try #require(try Self.blocks("").first)
        for name in ["Resilience", "ResilienceRuntime"] {
            #expect(block.contains(".product(name: \"\(name)\", package: \"switchgear\")"))
            #expect(manifest.contains(".library(name: \"\(name)\", targets: [\"\(name)\"])"))
        }
        #expect(manifest.contains("name: \"switchgear\""))
    }
}
