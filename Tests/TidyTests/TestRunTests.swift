import TestSupport
import Testing

@Suite("How tests are run")
struct TestRunTests {
    @Test("only tests of the process have a limit of time, and that is generous")
    func limits() throws {
        // Put together, so that this file has none either.
        let mark = ".time" + "Limit("
        for path in Project.files(below: "Tests", endingWith: ".swift") {
            for line in try Project.text(path).split(separator: "\n") where line.contains(mark) {
                #expect(path.hasPrefix("Tests/ProcessTests/"), "\(path): \(line)")
                #expect(line.contains(mark + ".minutes(30))"), "\(path): \(line)")
            }
        }
    }
}
