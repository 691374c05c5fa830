import Resilience

/// How far to move the clock.
struct AdvanceBody: SpecObject {
    var span = Timespan.zero

    static let fields: [Field<AdvanceBody>] = [
        Field(
            "ms", \.span, .milliseconds(0...Bounds.advanceMilliseconds), isRequired: true,
            "How far, in milliseconds.")
    ]
}
