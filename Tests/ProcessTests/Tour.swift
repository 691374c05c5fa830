import TestSupport

/// The tour of the README: its commands, and what each must print.
struct Tour {
    /// A block of commands with what is said about its output.
    struct Stop {
        let script: String
        /// Documents that the output must be, with members left out.
        var documents: [String] = []

        /// Lines that the output must be, told behind `# →`.
        var lines: [String] {
            script.split(separator: "\n").filter { $0.hasPrefix("# → ") }.map {
                String($0.dropFirst(4))
            }
        }
    }

    private(set) var stops: [Stop] = []

    /// The tour in a page, from the heading of its section to the next.
    init(page: String, section: String) throws {
        let text = try Project.text(page)
        guard let start = text.firstRange(of: "\n## \(section)\n") else { return }
        var language: Substring?
        var block: [Substring] = []
        for line in text[start.upperBound...].split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if language == nil, line.hasPrefix("## ") { break }
            guard line.hasPrefix("```") else {
                if language != nil { block.append(line) }
                continue
            }
            if let closed = language {
                take(closed, block.joined(separator: "\n"))
                language = nil
            } else {
                language = line.dropFirst(3)
                block = []
            }
        }
    }

    private mutating func take(_ language: Substring, _ block: String) {
        switch language {
        case "sh": stops.append(Stop(script: block))
        case "json" where !stops.isEmpty: stops[stops.count - 1].documents.append(block)
        default: break
        }
    }
}
