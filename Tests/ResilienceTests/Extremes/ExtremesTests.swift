import TestSupport
import Testing

@testable import Resilience

/// Every function of the core that is public takes every value of its types without ending the
/// process, except for what its documentation says that it must not be given. Those figures cannot
/// come from outside:
///
/// - costs, counts, attempts and shares are held to their ranges where documents are read;
/// - draws of chance come from the generator, in [0, 1);
/// - numbers that are not finite are refused where documents are read, so none is ever written;
/// - specs are decided by only when they were read, or made by the checking initializer.
///
/// A function more is a line more in one of these lists.
@Suite("Extremes")
struct ExtremesTests {
    @Test("end nothing", arguments: time + texts + states + retrying)
    func extremes(extreme: Extreme) throws { try extreme.run() }

    static let time = [
        Extreme("instants and spans") {
            for left in Extremes.instants {
                _ = (left.milliseconds, left.timestamp)
                #expect(Instant(timestamp: left.timestamp) != nil || left.nanoseconds < -1 << 62)
                for right in Extremes.instants {
                    #expect((left - right > .zero) == (left > right))
                    let span = left - right
                    _ = (left + span, right + span, span + span, span - span)
                }
                for span in Extremes.spans {
                    #expect(span >= .zero ? left + span >= left : left + span <= left)
                }
            }
            for span in Extremes.spans {
                _ = (span.milliseconds, span.millisecondsRoundedUp, span.secondsRoundedUp)
                _ = Timespan(Duration(span))
            }
            for count in Extremes.integers {
                _ = (Timespan.milliseconds(count), Timespan.seconds(count), Timespan.days(count))
                _ = Instant(milliseconds: count)
                _ = Timespan(Duration(secondsComponent: count, attosecondsComponent: 0))
            }
        },
        Extreme("windows of the calendar, and of any length") {
            for instant in Extremes.instants {
                for unit in CalendarUnit.allCases {
                    let window = unit.window(holding: instant)
                    #expect(window.lowerBound <= instant && instant <= window.upperBound)
                }
                for span in Extremes.spans where span > .zero {
                    let window = CalendarUnit.aligned(instant, to: span)
                    #expect(window.lowerBound <= instant && instant <= window.upperBound)
                }
            }
        },
        Extreme("clamped arithmetic") {
            for left in Extremes.integers {
                for right in Extremes.integers {
                    let (wideLeft, wideRight) = (Int128(left), Int128(right))
                    let (sum, product) = (wideLeft + wideRight, wideLeft * wideRight)
                    #expect(left.addingClamped(right) == Int64(clamping: sum))
                    #expect(left.multipliedClamped(by: right) == Int64(clamping: product))
                }
            }
            for number in Extremes.doubles + Extremes.notFinite { _ = Int64(clamped: number) }
            #expect(Int64(clamped: .nan) == 0)
            #expect(Int64(clamped: -.infinity) == .min)
            #expect(Int64(clamped: 0x1p63) == .max)
            #expect(Int64(clamped: -1.9) == -1)
        },
    ]

    static let texts = [
        Extreme("texts of JSON, timestamps, durations, dates and names") {
            for text in Extremes.texts {
                _ = Instant(timestamp: text)
                _ = DurationText.milliseconds(text)
                _ = (PolicyName.fault(of: text), Key.fault(of: text))
                _ = try? KeyTemplate(text).key(from: ["a": text])
                _ = ErrorName.matches(text)
                _ = EnvironmentOverride.encode(text)
                _ = Spelling.nearest(to: text, among: ["quota", ""])
                _ = JSONPointer.root.appending(text)
                for instant in Extremes.instants { _ = RetryAfter.text(text).wait(at: instant) }
                for json in [text, "\"\(text)\"", "[\(text)]"] {
                    guard let value = try? JSONParser.parse(json).value else { continue }
                    _ = (value.integer, value.number, value.typeName)
                    let again = try JSONParser.parse(value.text).value
                    #expect(again == value)
                    _ = value.merging(patch: value)
                    _ = JSONValue.differences(from: value, to: [value])
                }
            }
        },
        Extreme("numbers of JSON") {
            for number in Extremes.doubles {
                let value = JSONValue.number(number)
                _ = value.integer
                let again = try JSONParser.parse(value.text).value
                #expect(again.number == number)
            }
            for number in Extremes.notFinite {
                #expect(JSONValue.number(number).integer == nil)
                #expect(JSONValue.number(number).number == nil)
            }
            for integer in Extremes.integers {
                let text = JSONValue.integer(integer).text
                let again = try JSONParser.parse(text).value
                #expect(again == .integer(integer))
            }
        },
        Extreme("specs of all kinds with one member at an end, and decisions by them") {
            for type in SpecExercise.kinds {
                for leaf in type.shape.leaves {
                    for text in leaf.shape.extremes {
                        try SpecExercise.run(type, leaf, text)
                    }
                }
            }
        },
        Extreme("overrides by the environment") {
            for type in SpecExercise.kinds {
                for leaf in type.shape.leaves {
                    for text in Extremes.texts { SpecExercise.override(type, leaf, text) }
                }
            }
        },
    ]
}
