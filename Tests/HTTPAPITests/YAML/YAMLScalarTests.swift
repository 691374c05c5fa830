import Resilience
import Testing

@testable import HTTPAPI

@Suite("YAML scalars")
struct YAMLScalarTests {
    @Test(
        "what only YAML 1.1 takes for something else is a string",
        arguments: [
            "yes", "No", "on", "OFF", "y", "n", "1:30", "12:30:45", "0755", "-01", "1_000",
            "2026-01-31", "2026-01-31T12:00:00Z", "0b101", "0xfg", "0o8", "0x", "=", "1.2.3",
            "1e", "e3", ".", "-", "+", "--1", "1 000", "TRUe", "nan", "inf", "1,5",
        ])
    func strings(text: String) {
        #expect(YAMLScalar.plain(text) == .string(text))
    }

    @Test(
        "whole numbers stay whole",
        arguments: [
            ("0", 0), ("-0", 0), ("60", 60), ("+5", 5), ("-7", -7), ("0x1F", 31), ("0o17", 15),
            ("9223372036854775807", Int64.max),
        ])
    func integers(text: String, value: Int64) {
        #expect(YAMLScalar.plain(text) == .integer(value))
    }

    @Test(
        "other numbers are doubles",
        arguments: [
            ("0.5", 0.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("-2.5E-1", -0.25),
            ("9223372036854775808", 9_223_372_036_854_775_808),
        ])
    func numbers(text: String, value: Double) {
        #expect(YAMLScalar.plain(text) == .number(value))
    }

    @Test("words for nothing and for truth")
    func words() {
        for text in ["", "~", "null", "Null", "NULL"] { #expect(YAMLScalar.plain(text) == .null) }
        for text in ["true", "True", "TRUE"] { #expect(YAMLScalar.plain(text) == true) }
        for text in ["false", "False", "FALSE"] { #expect(YAMLScalar.plain(text) == false) }
    }

    @Test("a number that JSON cannot hold is none", arguments: [".inf", "-.INF", ".nan", "1e999"])
    func infinite(text: String) {
        #expect(YAMLScalar.plain(text) == nil)
    }
}
