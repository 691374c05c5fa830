import Foundation
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("The schemas of openapi.yaml")
struct SchemaContractTests {
    /// What a schema says of the values it takes. What else it says is for people, or narrows it
    /// by what the code checks between members.
    private static let keywords = [
        "type", "minimum", "maximum", "exclusiveMinimum", "enum", "default", "format", "minItems",
        "maxItems", "minProperties", "maxProperties", "maxLength", "pattern", "required",
    ]

    /// Patterns that only forbid control characters, which the code does for all text.
    private static let noControls = #"^[^\u0000-\u001f\u007f-\u009f]*$"#

    @Test("of the specs of all kinds are those that the code reads by")
    func specs() throws {
        let document = try OpenAPI()
        let kinds = PolicyKinds.standard
        for type in kinds {
            let name = type.kind.singular.capitalized + "Spec"
            let told = document.schema(name)
            // The preset is read before the spec is.
            if !type.presets.isEmpty {
                let preset = document.resolved(told.at("/properties/preset") ?? .null)
                #expect(preset.at("/type") == ["string", "null"], "\(name)")
            }
            compare(type.shape(among: kinds).schema, told.without("preset"), document, name)
        }
    }

    @Test("of the parts of specs that have a name are those that the code reads by")
    func parts() throws {
        let document = try OpenAPI()
        for (shape, name) in [
            (TierSpec.shape, "TierSpec"), (LimitSpec.shape, "LimitSpec"),
            (AdaptiveConcurrencySpec.shape, "AdaptiveConcurrencySpec"),
        ] {
            compare(shape.schema, document.schema(name), document, name)
        }
    }

    @Test("of bodies are those that the code reads by, but for their words")
    func bodies() throws {
        let document = try OpenAPI()
        let schemas: [(code: Shape, method: String, path: String)] = [
            (LimiterOutcomeBody.shape, "POST", "/v1/limiters/{name}/outcomes"),
            (RefundBody.shape, "POST", "/v1/limiters/{name}/refund"),
            (ResetBody.shape, "POST", "/v1/limiters/{name}/reset"),
            (RollbackBody.shape, "POST", "/v1/limiters/{name}/rollback"),
            (DecisionsBody.shape, "POST", "/v1/decisions"),
            (AdvanceBody.shape, "POST", "/v1/clock/advance"),
            (BreakerStateBody.shape, "PUT", "/v1/breakers/{name}/state"),
            (PermitOutcomeBody.shape, "POST", "/v1/permits/{permit}/outcome"),
            (RenewBody.shape, "POST", "/v1/permits/{permit}/renew"),
            (RetryBody.shape, "POST", "/v1/retries/{name}/next"),
            (RetryOutcomeBody.shape, "POST", "/v1/retries/{name}/outcomes"),
            (TimeoutOutcomeBody.shape, "POST", "/v1/timeouts/{name}/outcomes"),
            (FallbackBody.shape, "POST", "/v1/fallbacks/{name}/resolve"),
        ]
        let asking = Routes.standard.compactMap { $0 as? any DecidingKind }
            .map { (code: $0.bodyShape, method: "POST", path: "\($0.path)/acquire") }
        for (code, method, path) in schemas + asking {
            let operation = try #require(
                document.operations.first { $0.method == method && $0.path == path })
            let request = document.resolved(try #require(operation.content.at("/requestBody")))
            let body = try #require(request.at("/content/application~1json/schema"))
            compare(code.schema, document.resolved(body), document, path, sentences: false)
        }
        var assignment = document.schema("AssignmentInput")
        for member in ["key", "updated_at", "updated_by"] {
            assignment = assignment.without(member)
        }
        compare(
            AssignmentSpec.shape.schema, assignment, document, "AssignmentInput", sentences: false)
    }

    private func compare(
        _ code: JSONObject, _ told: JSONValue, _ document: OpenAPI, _ place: String,
        sentences: Bool = true
    ) {
        let told = document.resolved(told)
        for keyword in Self.keywords {
            var value = told.object?[keyword]
            if keyword == "pattern", value == .string(Self.noControls) { value = nil }
            #expect(value == code[keyword], "\(place) \(keyword)")
        }
        if sentences, let sentence = code["description"]?.string {
            #expect(told.words("description").hasPrefix(sentence), "\(place): \(sentence)")
        }
        if let properties = code["properties"]?.object {
            let toldProperties = told.at("/properties")?.object ?? [:]
            #expect(properties.names.sorted() == toldProperties.names.sorted(), "\(place)")
            #expect(told.at("/additionalProperties") == false, "\(place)")
            for (name, schema) in properties {
                let told = toldProperties[name] ?? .null
                compare(
                    schema.object ?? [:], told, document, "\(place)/\(name)", sentences: sentences)
            }
        }
        let choices = code["anyOf"]?.array ?? []
        let toldChoices = told.at("/anyOf")?.array ?? []
        #expect(choices.count == toldChoices.count, "\(place) anyOf")
        for (index, (choice, told)) in zip(choices, toldChoices).enumerated() {
            let place = "\(place)/anyOf/\(index)"
            compare(choice.object ?? [:], told, document, place, sentences: sentences)
        }
        for keyword in ["items", "propertyNames", "additionalProperties"] {
            guard let inner = code[keyword]?.object else { continue }
            let told = told.object?[keyword] ?? .null
            compare(inner, told, document, "\(place)/\(keyword)", sentences: sentences)
        }
    }
}

extension DecidingKind {
    /// The shape of the bodies of its acquire calls.
    fileprivate var bodyShape: Shape { Body.shape }
}

extension JSONValue {
    /// The schema without a property.
    fileprivate func without(_ property: String) -> JSONValue {
        guard var members = object, var properties = members["properties"]?.object else {
            return self
        }
        properties[property] = nil
        members["properties"] = .object(properties)
        return .object(members)
    }

    /// The text of a member with its line breaks as spaces.
    fileprivate func words(_ member: String) -> String {
        (object?[member]?.string ?? "").split { $0.isWhitespace }.joined(separator: " ")
    }
}
