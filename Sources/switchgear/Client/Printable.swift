/// Makes text from elsewhere safe to print: it cannot move the cursor, colour or hide anything.
enum Printable {
    /// `text` with its control characters, line ends and turns of direction escaped.
    static func escape(_ text: String) -> String {
        escape(text) { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    /// The same JSON document with those characters written as JSON's own escapes.
    ///
    /// Line ends and tabs stay: between the tokens of a document they are only space, and inside
    /// of strings they cannot stand.
    static func escapeJSON(_ json: String) -> String {
        escape(json) { scalar in
            guard !"\n\r\t".unicodeScalars.contains(scalar) else { return String(scalar) }
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }

    private static func escape(
        _ text: String, with replacement: (Unicode.Scalar) -> String
    ) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) {
                escaped += replacement(scalar)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// All of these lie below U+10000.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isBidiControl
        }
    }
}
