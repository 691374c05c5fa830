import TestSupport
import Testing

@Suite("The rings of modules")
struct ModuleGraphTests {
    /// Which of our modules each may import. An arrow more is a decision, and belongs here.
    private static let allowed: [String: Set<String>] = [
        "Resilience": [], "CAssets": [],
        "ResilienceRuntime": ["Resilience"],
        "Store": ["Resilience", "CAssets"],
        "ControlPlane": ["Resilience", "Store"],
        "HTTPAPI": ["Resilience", "Store", "ControlPlane", "CAssets"],
        "switchgear": ["Resilience", "Store", "ControlPlane", "HTTPAPI"],
    ]

    /// The modules that the sources of a module import.
    private static func imports(of module: String) throws -> Set<String> {
        var found: Set<String> = []
        for path in Project.files(below: "Sources/\(module)", endingWith: ".swift") {
            for line in try Project.text(path).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place <= 2,
                    words[..<place].allSatisfy({
                        "@".contains($0.first ?? " ") || Self.levels.contains($0)
                    }),
                    let name = words.dropFirst(place + 1).first
                else { continue }
                found.insert(String(name))
            }
        }
        return found
    }

    private static let levels: Set<Substring> = [
        "public", "internal", "package", "private", "fileprivate",
    ]

    @Test("are all of Sources, and import inwards only", arguments: allowed.keys.sorted())
    func inwards(module: String) throws {
        let folders = Set(
            Project.files(below: "Sources").compactMap {
                $0.split(separator: "/").dropFirst().first
            })
        #expect(folders == Set(Self.allowed.keys.map { Substring($0) }))
        let own = try Self.imports(of: module).intersection(Self.allowed.keys)
        #expect(own.subtracting(Self.allowed[module] ?? []) == [])
    }

    @Test("the core imports nothing but small collections")
    func core() throws {
        let imports = try Self.imports(of: "Resilience")
        #expect(imports.subtracting(["OrderedCollections"]) == [])
    }

    @Test("Package.swift names exactly what is imported", arguments: allowed.keys.sorted())
    func manifest(module: String) throws {
        let imported = try Self.imports(of: module).intersection(Self.allowed.keys)
        let declared = try Self.declared(of: module).intersection(Self.allowed.keys)
        #expect(declared == imported)
    }

    /// The names in quotes between the target's name and the next target.
    private static func declared(of module: String) throws -> Set<String> {
        let manifest = try Project.text("Package.swift")
        let targets = manifest[try #require(manifest.firstRange(of: "targets: [\n")).upperBound...]
        let start = try #require(targets.firstRange(of: "\"\(module)\"")).upperBound
        let rest = targets[start...]
        let ends = ["ring(", ".target(", ".executableTarget(", ".testTarget(", " tests("]
            .compactMap { rest.firstRange(of: $0)?.lowerBound }
        let part = rest[..<(ends.min() ?? rest.endIndex)]
        let pieces = part.split(separator: "\"", omittingEmptySubsequences: false)
        return Set(pieces.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }
}
