import TestSupport
import Testing

@testable import Resilience

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("writes members and elements with commas between")
    func structures() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", 1)
            writer.member("b", nil as String?)
            writer.member("c", true)
            writer.name("d")
            writer.array { writer in
                writer.value(1)
                writer.object { _ in }
                writer.array { _ in }
                writer.value("x")
            }
            writer.member("e", ["f": [1.5, nil]] as JSONValue)
            writer.member("g", nil as Int64?)
        }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            text == #"{"a":1,"b":null,"c":true,"d":[1,{},[],"x"],"e":{"f":[1.5,null]},"g":null}"#)
    }

    @Test("adds the members of an object to an open one")
    func membersOfObject() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.members(of: [:])
            writer.members(of: ["a": 1, "b": 2])
            writer.member("c", 3)
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"a":1,"b":2,"c":3}"#)
    }

    @Test(
        "what is read is written again",
        arguments: [
            "null", "[]", "{}", "[[[]]]", #"{"a":{"b":[1,2.5,"x",null,true,false]}}"#,
            #"{"\"":"\\","":[{}]}"#, "\"😀\"",
        ])
    func roundTrip(text: String) throws {
        #expect(try JSONParser.parse(text).value.text == text)
    }

    @Test(
        "how long a string will be is known before it is written",
        arguments: ["", "x", "ä😀", "\"\\/", "\n\r\t", "\u{0}\u{1F}\u{7F}\u{85}"])
    func quotedLength(text: String) {
        #expect(JSONWriter.quotedLength(of: text) == JSONValue.string(text).bytes.count)
    }

    @Test("any document is read back as it was written", arguments: 1...40)
    func randomRoundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let value = Self.value(depth: 5, &random)
            let document = try JSONParser.parse(value.bytes)
            #expect(document.value == value, "seed \(seed)")
            #expect(document.value.bytes == value.bytes, "seed \(seed)")
            #expect(document.duplicates.isEmpty, "seed \(seed)")
        }
    }

    @Test("reading any bytes ends in a document or an error", arguments: 1...40)
    func randomBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("{}[]\",:\\u0dD8e+-.1 tfn\n".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<500 {
            let count = Int.random(in: 0...12, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            guard let document = try? JSONParser.parse(bytes) else { continue }
            #expect(document.value != .null || bytes.contains(UInt8(ascii: "n")), "seed \(seed)")
        }
    }

    private static func value(depth: Int, _ random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            return number.isFinite ? .number(number) : 0.5
        case 4, 5: return .string(string(&random))
        case 6:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in value(depth: depth - 1, &random) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            return .object(
                JSONObject(
                    (0..<count).map { _ in (string(&random), value(depth: depth - 1, &random)) }))
        }
    }

    private static func string(_ random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let bound: UInt32 = Bool.random(using: &random) ? 0x80 : 0x11_0000
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
