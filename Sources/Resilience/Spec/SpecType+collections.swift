extension SpecType {
    /// A list of `minimumCount` to `maximumCount` values.
    public static func list<Element>(
        of element: SpecType<Element>, minimumCount: Int = 1, maximumCount: Int
    ) -> SpecType where Value == [Element] {
        SpecType(
            shape: .list(element.shape, counts: minimumCount...maximumCount),
            read: { value, pointer, reader in
                guard let elements = value.array else {
                    reader.mismatch(pointer, value, expected: "a list")
                    return nil
                }
                checkCount(elements.count, minimumCount...maximumCount, pointer, &reader)
                return elements.prefix(maximumCount).enumerated().compactMap {
                    element.read($1, pointer.appending($0), &reader)
                }
            },
            write: { .array($0.map(element.write)) })
    }

    /// An object of `minimumCount` to `maximumCount` values by name.
    public static func map<Element>(
        of element: SpecType<Element>, minimumCount: Int = 1, maximumCount: Int
    ) -> SpecType where Value == [String: Element] {
        SpecType(
            shape: .map(element.shape, counts: minimumCount...maximumCount),
            read: { value, pointer, reader in
                guard let members = value.object else {
                    reader.mismatch(pointer, value, expected: "an object")
                    return nil
                }
                checkCount(members.count, minimumCount...maximumCount, pointer, &reader)
                var result: [String: Element] = [:]
                for (name, member) in members.prefix(maximumCount) {
                    let place = pointer.appending(name)
                    if let fault = PolicyName.fault(of: name) { reader.fault(place, fault) }
                    result[name] = element.read(member, place, &reader)
                }
                return result
            },
            write: { values in
                .object(
                    JSONObject(
                        values.sorted { $0.key < $1.key }.map {
                            ($0.key, element.write($0.value))
                        }))
            })
    }
}

private func checkCount(
    _ count: Int, _ range: ClosedRange<Int>, _ pointer: JSONPointer, _ reader: inout SpecReader
) {
    if count < range.lowerBound { reader.fault(pointer, "must not be empty") }
    if count > range.upperBound {
        reader.fault(pointer, "must have at most \(range.upperBound) elements")
    }
}
