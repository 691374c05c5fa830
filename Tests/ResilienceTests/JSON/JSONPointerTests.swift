import Testing

@testable import Resilience

@Suite("JSON pointer")
struct JSONPointerTests {
    @Test(
        "escapes names as RFC 6901 has it",
        arguments: [
            ("foo", "/foo"), ("", "/"), ("a/b", "/a~1b"), ("c%d", "/c%d"), ("e^f", "/e^f"),
            ("i\\j", "/i\\j"), ("k\"l", "/k\"l"), (" ", "/ "), ("m~n", "/m~0n"), ("~1", "/~01"),
            ("/~", "/~1~0"), ("é/\u{301}", "/é~1\u{301}"),
        ])
    func escapes(name: String, text: String) {
        #expect(Array(JSONPointer.root.appending(name).description.utf8) == Array(text.utf8))
    }

    @Test("the root is empty and steps follow each other")
    func steps() {
        #expect(JSONPointer.root.description == "")
        let pointer = JSONPointer.root.appending("spec").appending("limits").appending(0)
        #expect(pointer.description == "/spec/limits/0")
    }
}
