import Testing

@testable import switchgear

@Suite("Tables")
struct TableTests {
    @Test("columns are as wide as their widest cell, numbers at the right")
    func columns() {
        var table = Table([.text("NAME"), .number("VERSION"), .text("NOTE")])
        table.add(["api", "3", "first"])
        table.add(["a-long-name", "12345678", ""])
        #expect(
            table.text == """
                NAME          VERSION  NOTE
                api                 3  first
                a-long-name  12345678

                """)
    }

    @Test("wide characters take two columns, combining ones none")
    func width() {
        var table = Table([.text("A"), .text("B")])
        table.add(["日本", "1"])
        table.add(["e\u{301}", "2"])
        table.add(["🚦", "3"])
        #expect(table.text == "A     B\n日本  1\ne\u{301}     2\n🚦    3\n")
    }

    @Test("a cell cannot break its row or move the cursor")
    func controlCharacters() {
        let table = Table(fields: [("a\nb", "\u{1B}[31m\tx")])
        #expect(table.text == "a\\nb  \\u{1b}[31m\\tx\n")
    }

    @Test("a table without rows says so")
    func empty() {
        #expect(Table([.text("A")]).isEmpty)
        #expect(!Table(fields: [("a", "b")]).isEmpty)
    }
}
