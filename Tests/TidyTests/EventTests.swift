import ControlPlane
import TestSupport
import Testing

@Suite("Types of events")
struct EventTests {
    @Test("are written out nowhere: each is said by what declares it")
    func literals() throws {
        let types = EventType.all()
        for path in Project.files(below: "Sources", endingWith: ".swift") {
            let text = try Project.text(path)
            for type in types where text.contains("\"\(type)\"") {
                Issue.record("\(path) spells \(type)")
            }
        }
    }
}
