import Resilience
import TestSupport

@testable import HTTPAPI

/// The document `openapi.yaml`.
struct OpenAPI {
    /// One operation: a method on a path.
    struct Operation {
        let method: String
        let path: String
        let content: JSONValue

        /// The bodies that are shown as examples, each with its media type.
        func bodies(_ document: OpenAPI) -> [(type: String, body: JSONValue)] {
            let types = content.at("/requestBody/content")?.object ?? [:]
            return types.flatMap { type, content in
                let named = (content.at("/examples")?.object ?? [:]).compactMap { member in
                    document.resolved(member.value).at("/value")
                }
                let single = content.at("/example").map { [$0] } ?? []
                return (named + single).map { (type, $0) }
            }
        }
    }

    private static let methods = ["get", "put", "post", "patch", "delete", "head", "options"]

    let document: JSONValue

    init() throws {
        document = try YAMLReader.parse(Project.text("openapi.yaml"))
    }

    /// All operations.
    var operations: [Operation] {
        (document.at("/paths")?.object ?? [:]).flatMap { path, item in
            Self.methods.compactMap { method in
                item.object?[method].map {
                    Operation(method: method.uppercased(), path: path, content: $0)
                }
            }
        }
    }

    /// The schema of that name.
    func schema(_ name: String) -> JSONValue {
        document.at("/components/schemas/\(name)") ?? .null
    }

    /// The value, or what it refers to.
    func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value.at("/$ref")?.string,
            let target = document.at(reference.dropHash)
        else { return value }
        return resolved(target)
    }
}

extension String {
    fileprivate var dropHash: String { String(drop { $0 == "#" }) }
}
