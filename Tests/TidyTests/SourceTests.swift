import Foundation
import TestSupport
import Testing

@Suite("The sources")
struct SourceTests {
    private static let swiftFiles =
        ["Sources", "Tests", "examples", "Benchmarks/Sources"].flatMap {
            Project.files(below: $0, endingWith: ".swift")
        }

    @Test("files are of at most 400 lines, each of at most 100 columns")
    func sizes() throws {
        for path in Self.swiftFiles {
            let lines = try Project.text(path).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 401, "\(path) has \(lines.count - 1) lines")
            for (number, line) in lines.enumerated() where line.count > 100 {
                // A string that is shown as it is cannot always be broken.
                #expect(
                    path.hasPrefix("Tests/") && line.contains("\""),
                    "\(path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test("name no place of a machine that they were written on")
    func places() throws {
        // Put together, so that this file does not name them either.
        let words = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Use" + "rs/", "/tmp/" + "plan"]
        let texts =
            ["Sources", "Tests", "docs", "examples", "migrations", "Benchmarks", ".ci"].flatMap {
                Project.files(below: $0)
            } + [
                "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "Package.swift",
                "Dockerfile", "openapi.yaml",
            ]
        for path in texts where !path.contains("__pycache__") && !path.contains(".build/") {
            let text = try Project.text(path)
            for word in words { #expect(!text.contains(word), "\(path) has \(word)") }
        }
    }

    @Test("hold no bare function in a mutex, where each reading wraps it once more")
    func functionsInMutexes() throws {
        for path in Self.swiftFiles {
            let text = try Project.text(path)
            // A function's type: an arrow before what begins behind the mutex is closed.
            for piece in text.components(separatedBy: "Mutex" + "<").dropFirst() {
                var depth = 1
                var last = Character(" ")
                let type = piece.prefix { character in
                    if character == "<" { depth += 1 }
                    if character == ">", last != "-" { depth -= 1 }
                    last = character
                    return depth > 0
                }
                #expect(!type.contains("->"), "\(path) has a mutex of \(type)")
            }
        }
    }

    @Test("every migration is in the manifest of assets, in order")
    func migrations() throws {
        let files = Project.files(below: "migrations").map { $0.dropFirst("migrations/".count) }
        let manifest = try Project.text("Sources/CAssets/assets.c")
        let embedded = manifest.split(separator: "\n").compactMap { line -> Substring? in
            let start = "#embed \"../../migrations/"
            return line.hasPrefix(start) ? line.dropFirst(start.count).dropLast() : nil
        }
        #expect(!files.isEmpty && embedded == files)
        for file in files { #expect(manifest.contains("{\"\(file)\", ")) }
    }
}
