internal import OrderedCollections

/// The members of a JSON object, in the order they were written.
///
/// Names are compared byte for byte. Two objects are equal when they have the same members,
/// in whatever order. Look-ups are O(1).
public struct JSONObject: Sendable {
    private var members: OrderedDictionary<ExactString, JSONValue> = [:]

    /// Makes an object of `elements`; of two with the same name the last counts.
    public init(_ elements: [(String, JSONValue)] = []) {
        members.reserveCapacity(elements.count)
        for (name, value) in elements { self[name] = value }
    }

    /// The member of that name; setting nil takes it away.
    public subscript(name: String) -> JSONValue? {
        get { members[ExactString(name)] }
        set { members[ExactString(name)] = newValue }
    }

    /// The names in their order.
    public var names: [String] { members.keys.map(\.text) }

    /// These members, with those of `other` in place of the ones of the same name.
    public func overlaid(by other: JSONObject) -> JSONObject {
        var result = self
        result.members.merge(other.members) { _, new in new }
        return result
    }

    /// The members that `isIncluded` says yes to.
    public func filter(_ isIncluded: (_ name: String, _ value: JSONValue) -> Bool) -> JSONObject {
        var result = self
        result.members.removeAll { !isIncluded($0.key.text, $0.value) }
        return result
    }
}

extension JSONObject: Collection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { members.count }
    public func index(after index: Int) -> Int { index + 1 }
    public subscript(index: Int) -> (name: String, value: JSONValue) {
        let element = members.elements[index]
        return (element.key.text, element.value)
    }
}

extension JSONObject: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.members.count == right.members.count
            && left.members.allSatisfy { right.members[$0.key] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
