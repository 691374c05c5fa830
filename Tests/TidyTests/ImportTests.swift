import Foundation
import TestSupport
import Testing

@Suite("Imports")
struct ImportTests {
    private static let folders = [
        "Resilience": "Sources/Resilience", "ResilienceRuntime": "Sources/ResilienceRuntime",
        "Store": "Sources/Store", "ControlPlane": "Sources/ControlPlane",
        "HTTPAPI": "Sources/HTTPAPI", "switchgear": "Sources/switchgear",
        "TestSupport": "Tests/TestSupport",
    ]

    /// What is used of small modules of others.
    private static let others: [String: Set<Substring>] = [
        "Synchronization": ["Mutex", "Atomic", "withLock", "add", "load", "store"],
        "HeapModule": ["Heap"],
        "OrderedCollections": ["OrderedDictionary", "OrderedSet"],
    ]

    // The compiler does not tell. A name may stand for another module's, so that this finds only
    // imports of which not one name occurs.
    @Test("bring a name that the file uses")
    func used() throws {
        let vocabularies = try Self.vocabularies()
        var count = 0
        for path in ["Sources", "Tests"].flatMap({ Project.files(below: $0, endingWith: ".swift") })
        {
            let text = try Project.text(path)
            let words = Self.words(of: text)
            for module in Self.imports(of: text) {
                guard let names = vocabularies[module] else { continue }
                count += 1
                #expect(!names.isDisjoint(with: words), "\(path) uses nothing of \(module)")
            }
        }
        #expect(count > 900)
    }

    /// The names that each module declares: types, functions, members and cases.
    private static func vocabularies() throws -> [String: Set<Substring>] {
        var found = others
        let declaration = try Regex(
            "\\b(?:func|var|let|case|struct|class|enum|protocol|typealias|associatedtype)"
                + "\\s+`?(\\w+)", as: (Substring, Substring).self)
        for (module, folder) in folders {
            for path in Project.files(below: folder, endingWith: ".swift") {
                for match in try Project.text(path).matches(of: declaration) {
                    found[module, default: []].insert(match.1)
                }
            }
        }
        return found
    }

    private static func imports(of text: String) -> [String] {
        let statement = #/^(?:@testable )?(?:public |internal |package )?import (\w+)$/#
        return text.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: statement).map { String($0.1) }
        }
    }

    /// The words of the code, those of comments left out.
    private static func words(of text: String) -> Set<Substring> {
        let code = text.split(separator: "\n").filter { line in
            !line.contains("import ") && !line.drop { $0 == " " }.hasPrefix("//")
        }
        return Set(code.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") } })
    }
}
