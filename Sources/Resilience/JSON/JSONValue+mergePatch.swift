extension JSONValue {
    /// This document changed by a JSON merge patch (RFC 7396): members of `patch` replace those
    /// here, objects are merged, and null takes a member away.
    public func merging(patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = object ?? JSONObject()
        for (name, change) in changes {
            // Not one conditional expression: there, nil would be the value null.
            if change == .null {
                result[name] = nil
            } else {
                result[name] = (result[name] ?? .null).merging(patch: change)
            }
        }
        return .object(result)
    }

    /// What differs between two documents: a list of places with the value before and after,
    /// null where there was none. Arrays are compared as a whole.
    public static func differences(from old: JSONValue, to new: JSONValue) -> [JSONDifference] {
        differences(from: old, to: new, at: .root)
    }

    private static func differences(
        from old: JSONValue, to new: JSONValue, at pointer: JSONPointer
    ) -> [JSONDifference] {
        guard old != new else { return [] }
        guard case .object(let before) = old, case .object(let after) = new else {
            return [JSONDifference(pointer: pointer, old: old, new: new)]
        }
        var found: [JSONDifference] = []
        for (name, value) in before {
            found += differences(
                from: value, to: after[name] ?? .null, at: pointer.appending(name))
        }
        for (name, value) in after where before[name] == nil {
            found += differences(from: .null, to: value, at: pointer.appending(name))
        }
        return found
    }
}

/// One place at which two documents differ.
public struct JSONDifference: Equatable, Sendable {
    /// Where.
    public let pointer: JSONPointer
    /// The value before; null where there was none.
    public let old: JSONValue
    /// The value after; null where there is none.
    public let new: JSONValue

    /// The difference as a document: `{"pointer", "old", "new"}`.
    public var document: JSONObject {
        ["pointer": .string(pointer.description), "old": old, "new": new]
    }
}
