/// A list of string items with parameters, read as RFC 9651 §4.2 has it, for the values that
/// rate limit fields may have: integers and strings.
struct StructuredFieldList: Equatable {
    struct Item: Equatable {
        var name: String
        var integers: [String: Int] = [:]
        var strings: [String: String] = [:]
    }

    private(set) var items: [Item] = []

    /// The list in `text`; nil when it breaks a rule.
    init?(_ text: String) {
        var scanner = Scanner(rest: Substring(text))
        scanner.skip { $0 == " " }
        guard !scanner.rest.isEmpty else { return }
        while true {
            guard let item = scanner.item() else { return nil }
            items.append(item)
            scanner.skip { $0 == " " || $0 == "\t" }
            if scanner.rest.isEmpty { return }
            guard scanner.take(",") else { return nil }
            scanner.skip { $0 == " " || $0 == "\t" }
            if scanner.rest.isEmpty { return nil }
        }
    }

    private struct Scanner {
        var rest: Substring

        mutating func skip(_ isSkipped: (Character) -> Bool) { rest = rest.drop(while: isSkipped) }

        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func item() -> Item? {
            guard let name = string() else { return nil }
            var item = Item(name: name)
            while take(";") {
                skip { $0 == " " }
                guard let key = key() else { return nil }
                guard take("=") else { return nil }
                if rest.first == "\"" {
                    guard let string = string() else { return nil }
                    item.strings[key] = string
                } else {
                    guard let integer = integer() else { return nil }
                    item.integers[key] = integer
                }
            }
            return item
        }

        mutating func key() -> String? {
            guard let first = rest.first, first == "*" || ("a"..."z").contains(first) else {
                return nil
            }
            let key = rest.prefix {
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || "_-.*".contains($0)
            }
            rest = rest.dropFirst(key.count)
            return String(key)
        }

        mutating func integer() -> Int? {
            let sign = take("-") ? -1 : 1
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard (1...15).contains(digits.count), rest.first != "." else { return nil }
            return Int(digits).map { $0 * sign }
        }

        mutating func string() -> String? {
            guard take("\"") else { return nil }
            var text = ""
            while let character = rest.popFirst() {
                switch character {
                case "\"": return text
                case "\\":
                    guard let escaped = rest.popFirst(), "\"\\".contains(escaped) else {
                        return nil
                    }
                    text.append(escaped)
                default:
                    guard let ascii = character.asciiValue, (0x20...0x7E).contains(ascii) else {
                        return nil
                    }
                    text.append(character)
                }
            }
            return nil
        }
    }
}
