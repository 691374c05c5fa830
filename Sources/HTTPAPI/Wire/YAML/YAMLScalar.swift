import Resilience

/// Tells what a YAML scalar means, by the core schema of YAML 1.2.
///
/// The words and forms that only YAML 1.1 took for something else stay strings: `yes`, `off`,
/// `1:30`, `0755`, `1_000` and dates. Where a number was meant, the server then says so, instead
/// of taking another number than the one that stands there.
enum YAMLScalar {
    /// What the tags of the core schema begin with.
    static let core = "tag:yaml.org,2002:"

    /// The value of `scalar`, which `event` tells of; what is quoted or a block is always a string.
    static func value(
        of scalar: YAMLEvent.Scalar, _ event: YAMLEvent
    ) throws(SourceFault) -> JSONValue {
        let isTagged = !scalar.tag.isEmpty
        if scalar.tag == "!" || scalar.tag == core + "str" || !(isTagged || scalar.isPlain) {
            return .string(scalar.text)
        }
        guard
            !isTagged
                || ["int", "float", "bool", "null"].contains(where: {
                    scalar.tag == core + $0
                })
        else { throw event.fault("unknown tag '\(scalar.tag)'") }
        guard let value = plain(scalar.text) else {
            throw event.fault("the number \(scalar.text.prefix(64)) is out of range")
        }
        guard !isTagged || fits(value, tag: scalar.tag) else {
            throw event.fault("'\(scalar.text.prefix(64))' is not what its tag says")
        }
        return value
    }

    /// The value of an unquoted scalar; nil when it is a number that JSON cannot hold.
    static func plain(_ text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
            ".nan", ".NaN", ".NAN":
            return nil
        default: break
        }
        if text.hasPrefix("0x") { return integer(text, radix: 16) }
        if text.hasPrefix("0o") { return integer(text, radix: 8) }
        return isNumber(text) ? number(text) : .string(text)
    }

    private static func fits(_ value: JSONValue, tag: String) -> Bool {
        switch (tag.dropFirst(core.count), value) {
        case ("int", .integer), ("float", .integer), ("float", .number): true
        case ("bool", .bool), ("null", .null): true
        default: false
        }
    }

    private static func integer(_ text: String, radix: Int) -> JSONValue? {
        let digits = text.dropFirst(2)
        let areDigits = digits.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).hexDigitValue.map { $0 < radix } ?? false
        }
        guard areDigits, !digits.isEmpty else { return .string(text) }
        return Int64(digits, radix: radix).map { .integer($0) }
    }

    private static func number(_ text: String) -> JSONValue? {
        if let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { return nil }
        return .number(number)
    }

    /// Whether `text` is a decimal number: `[-+]? (digits [. digits?]? | . digits) ([eE] [-+]?
    /// digits)?`, without zeros in front.
    private static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func skip(_ set: String) -> Bool {
            guard let byte = rest.first, set.utf8.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        func digits() -> Substring.UTF8View {
            let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(run.count)
            return run
        }
        _ = skip("+-")
        let whole = digits()
        let fraction = skip(".") ? digits() : nil
        guard !whole.isEmpty || fraction?.isEmpty == false else { return false }
        guard whole.count <= 1 || whole.first != UInt8(ascii: "0") else { return false }
        if skip("eE") {
            _ = skip("+-")
            guard !digits().isEmpty else { return false }
        }
        return rest.isEmpty
    }
}
