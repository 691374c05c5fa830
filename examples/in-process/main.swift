import Resilience
import ResilienceRuntime

// A short story, in about a second of real time: what docs/library.md tells, at work.

print("== The machines by themselves")
try machines()

print("== A flaky target, and three attempts")
let upstream = Upstream()
let prices = try Prices(upstream)
upstream.become(.flaky(2))
print("got \(try await prices.price(for: "ada")) at call \(upstream.calls)")

print("== A target that hangs")
upstream.become(.hanging)
print("got \(try await prices.quickly(for: "ada")), the price of yesterday")

print("== A target that is down")
upstream.become(.flaky(.max))
do {
    print("got \(try await prices.price(for: "ada"))")
} catch {
    print("\(error) after \(upstream.calls) calls; the breaker is \(prices.breakerPosition)")
}
var wait = Timespan.zero
do {
    print("got \(try await prices.price(for: "ada"))")
} catch let denied as Denied {
    wait = denied.retryAfter ?? .zero
    print("\(denied.kind.singular) \(denied.name): \(denied.reason.rawValue)")
}
print("calls are still \(upstream.calls)")

print("== The target is back")
upstream.become(.well)
try await SystemClock().sleep(for: wait)
print("got \(try await prices.price(for: "ada")); the breaker is \(prices.breakerPosition)")

print("== One caller asks too often")
do {
    for _ in 1...10 { _ = try await prices.price(for: "ada") }
} catch let denied as Denied {
    print("\(denied.kind.singular) \(denied.name): \(denied.reason.rawValue)")
}
print("another one got \(try await prices.price(for: "bob"))")
print("slots in use at the end: \(prices.inUse)")
