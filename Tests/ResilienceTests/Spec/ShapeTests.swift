import Testing

@testable import Resilience

@Suite("Shape")
struct ShapeTests {
    private static let count = Shape.integer(1...5, unit: "")

    @Test(
        "reads the text of a variable, or says that it is no value",
        arguments: [
            (.flag, "true", true), (.flag, "false", false), (.flag, "yes", nil), (.flag, "", nil),
            (count, "1", 1), (count, "5", 5), (count, "0", nil), (count, "6", nil),
            (count, "1.0", nil), (count, "x", nil),
            (.number(0...1, isOpen: true), "0.5", 0.5), (.number(0...1, isOpen: true), "0", nil),
            (.number(0...1, isOpen: false), "0", 0.0), (.number(0...1, isOpen: false), "nan", nil),
            (.number(0...1, isOpen: false), "inf", nil), (.choice(["a", "b"]), "b", "b"),
            (.choice(["a", "b"]), "c", nil), (.text(maximumBytes: 9), "null", "null"),
            (.list(count, counts: 1...3), "[1,2]", [1, 2]),
            (.list(count, counts: 1...3), "1,2", nil),
            (.object([]), "{\"a\":null}", ["a": .null]), (.object([]), "{", nil),
        ] as [(Shape, String, JSONValue?)])
    func parses(shape: Shape, text: String, value: JSONValue?) {
        let parsed = shape.parse(text)
        switch value {
        case .none: #expect(parsed == Optional.none)
        case .some(let value): #expect(parsed == .some(value))
        }
    }

    @Test("every shape says what it takes")
    func expectations() {
        #expect(Shape.flag.expectation == "true or false")
        #expect(Self.count.expectation == "a whole number from 1 to 5")
        #expect(Shape.choice(["a", "b"]).expectation == "one of a, b")
    }

    @Test("the schema of a limiter holds its members, ranges, defaults and sentences")
    func schema() throws {
        let schema = LimiterPolicy.shape.schema
        #expect(schema["type"] == "object")
        #expect(schema["additionalProperties"] == false)
        #expect(schema["required"] == Optional.none)
        let properties = try #require(schema["properties"]?.object)
        #expect(properties.names == LimiterPolicy.fields.map(\.info.name))
        for (name, property) in properties {
            let property = try #require(property.object)
            #expect(property["type"]?.array?.last == "null", "\(name)")
            #expect(property["description"]?.string?.hasSuffix(".") == true, "\(name)")
        }
        let algorithm = try #require(properties["algorithm"]?.object)
        #expect(algorithm["default"] == "token_bucket")
        #expect(
            algorithm["enum"] == [
                "token_bucket", "fixed_window", "sliding_window", "leaky_bucket", .null,
            ])
        let limits = try #require(properties["limits"]?.object)
        #expect(limits["minItems"] == 1)
        #expect(limits["maxItems"] == 8)
        let quota = try #require(
            limits["items"]?.object?["properties"]?.object?["quota"]?.object)
        #expect(quota["minimum"] == 1)
        #expect(quota["maximum"] == 1_000_000_000)
        #expect(quota["default"] == 60)
        let tiers = try #require(properties["tiers"]?.object)
        #expect(tiers["maxProperties"] == 1000)
        #expect(
            tiers["additionalProperties"]?.object?["properties"]?.object?.names == [
                "limits", "unlimited", "blocked",
            ])
    }
}
