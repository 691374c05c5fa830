import Yams

extension SourceFault {
    /// The fault that the YAML library reports, in one line and with its place.
    init(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let reason = context.map { "\($0.text), \(problem)" } ?? problem
            self.init(reason, line: mark.line, column: mark.column)
        case .reader(let problem, let offset?, _, let yaml):
            let bytes = Array(yaml.prefix(offset).utf8)
            self.init(problem, in: bytes, offset: bytes.count)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            self.init(
                "the key \(keys) is there more than once",
                line: context.mark.line, column: context.mark.column)
        default:
            self.init(error.description)
        }
    }
}
