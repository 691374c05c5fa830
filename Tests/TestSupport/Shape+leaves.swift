public import Resilience

/// A figure or a text somewhere in documents of a shape.
public struct ShapeLeaf: Sendable {
    /// The steps to it; of lists the first element, of maps the one called `free`.
    public let path: [String]
    /// What stands there.
    public let shape: Shape

    /// A place of that shape.
    public init(path: [String], shape: Shape) {
        self.path = path
        self.shape = shape
    }
}

extension Shape {
    /// All places in documents of this shape at which there are no further ones.
    public var leaves: [ShapeLeaf] {
        switch self {
        case .object(let fields): fields.flatMap { $0.shape.leaves(below: $0.name) }
        case .list(let element, _): element.leaves(below: "0")
        case .map(let element, _): element.leaves(below: "free")
        case .either(let shapes): shapes.flatMap(\.leaves)
        default: [ShapeLeaf(path: [], shape: self)]
        }
    }

    private func leaves(below step: String) -> [ShapeLeaf] {
        leaves.map { ShapeLeaf(path: [step] + $0.path, shape: $0.shape) }
    }

    /// Texts of JSON at the ends of what there is, and of what this shape takes.
    public var extremes: [String] {
        switch self {
        case .integer(let range, let unit):
            let (low, high) = (range.lowerBound, range.upperBound)
            let ends = [low, high, low == .min ? low : low - 1, high == .max ? high : high + 1]
            return ends.map(String.init) + Self.extremeNumbers + (unit == "ms" ? [] : ["[]"])
        case .number(let range, _):
            let (low, high) = (range.lowerBound, range.upperBound)
            return [low, high, low.nextUp, high.nextDown, high.nextUp].map(\.description)
                + Self.extremeNumbers
        case .timestamp: return Self.extremeTimestamps.map { "\"\($0)\"" }
        case .numberOrText:
            return Self.extremeNumbers + Self.extremeDates.map { "\"\($0)\"" }
        case .text, .name, .choice: return Self.extremeTexts
        case .any: return Self.extremeNumbers + Self.extremeTexts
        default: return []
        }
    }

    /// Durations as specs may write them, and some that only look like it.
    public static let extremeDurations = [
        "0ms", "1ms", "366d", "366d1ms", "8784h", "999999999999999999999d", "106751d", "106752d",
        "9223372036854775807ms", "9223372036854775808ms", "1d1h1m1s1ms", "1s1m", "", "1", "-1s",
    ]

    /// Numbers at the ends of the types that may hold them.
    public static let extremeNumbers = [
        "0", "-0", "-0.0", "1", "-1", "2", "9223372036854775807", "9223372036854775806",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "9223372036854", "9223372036855", "1000000000", "1000000001",
        "1e18", "1e19", "1e308", "1e309", "1e999", "-1e999", "5e-324", "1e-999", "0.1",
        "0.9999999999999999", "1.0000000000000002", "1.5", "null",
    ]

    /// Instants at the ends of what 64 bits of nanoseconds hold, and beyond.
    public static let extremeTimestamps = [
        "0000-01-01T00:00:00Z", "1677-09-21T00:12:43.145224191Z",
        "1677-09-21T00:12:43.145224192Z", "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00+23:59", "2262-04-11T23:47:16.854775807Z",
        "2262-04-11T23:47:16.854775808Z", "2262-04-11T23:47:17Z", "9999-12-31T23:59:60Z",
        "2016-12-31T23:59:60Z", "2026-01-01T00:00:00Z", "",
    ]

    /// Dates as HTTP has them.
    public static let extremeDates = [
        "Mon, 01 Jan 0000 00:00:00 GMT", "Mon, 01 Jan 1700 00:00:00 GMT",
        "Mon Jan  1 00:00:00 1700", "Monday, 01-Jan-00 00:00:00 GMT",
        "Monday, 31-Dec-99 23:59:60 GMT", "Fri, 11 Apr 2262 23:47:17 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT", "99999999999999999999999", "-1", "0", "",
    ]

    /// Texts that are hard to hold, or to write down again.
    public static let extremeTexts = [
        #""""#, #""\u0000""#, #""\ud83d\ude00""#, #""\ud83d""#, #""\udfff\u0001""#,
        "\"\(String(repeating: "x", count: 100_000))\"", "1e999", "-1e999", "{}", "[]", "true",
        #"{"a": 1e999}"#, nested(32), nested(33), nested(55), nested(60), nested(65),
        String(repeating: "[", count: 100_000),
    ]

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
}

extension JSONValue {
    /// The document with the value at these steps, made where there is none.
    public func setting(_ value: JSONValue, at path: ArraySlice<String>) -> JSONValue {
        guard let step = path.first else { return value }
        if step == "0" {
            let element = array?.first ?? .null
            return .array([element.setting(value, at: path.dropFirst())])
        }
        var object = object ?? JSONObject()
        object[step] = (object[step] ?? .null).setting(value, at: path.dropFirst())
        return .object(object)
    }
}

/// Specs to set single members of.
public enum SpecSeed {
    /// A spec of that kind that is right, and in which the member at `path` has a meaning.
    public static func spec(of kind: Kind, for path: [String]) -> JSONValue {
        switch (kind.singular, path.first, path.dropFirst().first) {
        case ("limiter", "tiers", _): ["tiers": ["free": ["limits": [[:]]]]]
        case ("limiter", "adaptive", _):
            [
                "limits": [[:]],
                "adaptive": [
                    "initial_per_second": 10, "min_per_second": 0.001,
                    "max_per_second": 1_000_000_000, "target_latency_ms": 5, "window_size": 2,
                ],
            ]
        case ("limiter", _, _): ["limits": [[:]]]
        case ("breaker", "window", "size"): ["window": ["type": "count"]]
        case ("breaker", "slow_call_rate_threshold", _): ["slow_call_duration_ms": 1]
        case ("retry", "increment_ms", _): ["backoff": "linear"]
        case ("retry", _, _): ["jitter": "factor", "max_attempts": 1_000_000_000]
        case ("bulkhead", "adaptive", _):
            ["max_concurrent": 10, "adaptive": ["algorithm": "vegas"]]
        case ("bulkhead", _, _): ["max_concurrent": 10]
        case ("timeout", _, _): ["timeout_ms": 1000, "adaptive": ["minimum_samples": 1]]
        case ("fallback", _, _): ["strategies": [["type": "static"]]]
        default: [:]
        }
    }
}
