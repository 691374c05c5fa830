import Testing

@testable import Resilience

@Suite("JSON numbers")
struct JSONNumberTests {
    @Test(
        "whole numbers are exact to the ends of 64 bits",
        arguments: [
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9007199254740993", 9_007_199_254_740_993), ("1.0", 1), ("1e3", 1000), ("1E3", 1000),
            ("1e+3", 1000), ("-2.50e1", -25), ("100e-2", 1), ("0.0", 0), ("-0.0", 0), ("0e9", 0),
        ] as [(String, Int64)])
    func integers(text: String, integer: Int64) throws {
        #expect(try JSONParser.parse(text).value.integer == integer)
    }

    @Test(
        "other numbers are no whole ones",
        arguments: [
            ("1.5", 1.5), ("9223372036854775808", 0x1p63), ("-9223372036854775809", -0x1p63),
            ("1e-3", 0.001), ("1e308", 1e308), ("5e-324", .leastNonzeroMagnitude), ("0.1", 0.1),
            ("123456789012345678901234567890", 123_456_789_012_345_677_877_719_597_056),
        ] as [(String, Double)])
    func doubles(text: String, number: Double) throws {
        let value = try JSONParser.parse(text).value
        #expect(value.number == number)
        if text.hasPrefix("-9") { return }  // rounds to the least whole number
        #expect(value.integer == nil)
    }

    @Test(
        "a number beyond all doubles is no JSON, and is told of by its place",
        arguments: ["1e999", "-1e999", "1e309", "1" + String(repeating: "0", count: 400)])
    func infinite(text: String) {
        let error = JSONSyntaxError(reason: "a number beyond the range of doubles", offset: 5)
        #expect(throws: error) { try JSONParser.parse(#"{"a":"# + text + "}") }
    }

    @Test("a number of a million digits is read in one go")
    func manyDigits() throws {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(try JSONParser.parse("0." + zeros + "1").value.number == 0)
        #expect(try JSONParser.parse("1." + zeros).value.integer == 1)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("1" + zeros) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("1e" + zeros + "999") }
    }

    @Test("a number below all doubles is nothing")
    func tiny() throws {
        #expect(try JSONParser.parse("1e-999").value.number == 0)
    }

    @Test(
        "refuses what only looks like a number",
        arguments: [
            "-", "+1", "01", "-01", "00", ".5", "1.", "1.e3", "1e", "1e+", "1e-", "1.5.5", "0x10",
            "1_000", "--1", "1e1.5", "-a", "1a", "１", "1,0",
        ])
    func refuses(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    }

    @Test(
        "writes numbers so that they are read back as they were",
        arguments: [
            .integer(.max), .integer(.min), 0, -1, 1.0, 0.1, 1e20, 1e-7, 1.5e300,
            .number(.leastNonzeroMagnitude), .number(.greatestFiniteMagnitude), 0x1p63, -0.0,
        ] as [JSONValue])
    func roundTrip(value: JSONValue) throws {
        #expect(try JSONParser.parse(value.text).value == value)
    }
}
