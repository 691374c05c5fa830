import Testing

@testable import Resilience

@Suite("Denial episode")
struct DenialEpisodeTests {
    private let tier = Tier(
        name: "default", .limited([.greedy(1, per: 1000), .window(100, per: 5000)]), since: .epoch)

    private func at(_ ms: Int64) -> Instant { Instant(milliseconds: ms) }

    @Test("begins with the first denial, and is told once")
    func limitedOnce() throws {
        var state = LimiterState(at: .epoch)
        let first = state.noteDenial(quiet: tier.quiet(at: at(10)), at: at(10))
        let episode = try #require(state.episode)
        #expect(first == [.began(episode)])
        #expect(episode.startedAt == at(10))
        #expect(episode.denied == 1)
        #expect(episode.endsAt == at(5010))
        #expect(state.noteDenial(quiet: tier.quiet(at: at(20)), at: at(20)) == [])
        state = try state.restarted()
        #expect(state.noteDenial(quiet: tier.quiet(at: at(4000)), at: at(4000)) == [])
        #expect(state.episode?.denied == 3)
        #expect(state.episode?.startedAt == at(10))
        #expect(state.episode?.lastDeniedAt == at(4000))
    }

    @Test("is over a whole period after its last denial, the longest of the tier")
    func recovered() throws {
        var state = LimiterState(at: .epoch)
        _ = state.noteDenial(quiet: tier.quiet(at: at(0)), at: at(0))
        _ = state.noteDenial(quiet: tier.quiet(at: at(100)), at: at(100))
        #expect(state.endEpisode(at: at(5099)) == nil)
        #expect(!state.isFresh(at: at(5099)))
        let episode = try #require(state.episode)
        #expect(state.endEpisode(at: at(5100)) == .ended(episode))
        #expect(state.endEpisode(at: at(5100)) == nil)
        #expect(state.episode == nil)
        #expect(state.isFresh(at: at(5100)))
    }

    @Test("a denial after its end tells the end first, then the next beginning")
    func next() throws {
        var state = LimiterState(at: .epoch)
        _ = state.noteDenial(quiet: tier.quiet(at: at(0)), at: at(0))
        let old = try #require(state.episode)
        let transitions = state.noteDenial(quiet: tier.quiet(at: at(5000)), at: at(5000))
        let new = try #require(state.episode)
        #expect(transitions == [.ended(old), .began(new)])
        #expect(new.denied == 1)
        #expect(new.startedAt == at(5000))
    }

    @Test(
        "a jump of the clock back does not keep it open for ever",
        arguments: [1000, 86_400_000, 366 * 86_400_000] as [Int64])
    func clockBack(jumpMs: Int64) {
        var state = LimiterState(at: .epoch)
        _ = state.noteDenial(quiet: tier.quiet(at: at(jumpMs)), at: at(jumpMs))
        #expect(state.endEpisode(at: at(0)) == nil)
        #expect(state.endEpisode(at: at(4999)) == nil)
        #expect(state.endEpisode(at: at(5000)) != nil)
    }

    @Test(
        "a tier without a period has a quiet time of ten seconds",
        arguments: [Allowance.blocked, .unlimited, .limited([])])
    func withoutPeriod(allowance: Allowance) {
        let tier = Tier(name: "banned", allowance, since: .epoch)
        #expect(tier.quiet(at: .epoch) == .seconds(10))
    }

    @Test("a tier of a long period, or of one of its own, has a quiet time of ten minutes")
    func longPeriod() {
        for limit in [Limit.calendar(1, per: .month), .greedy(1, per: 600_001)] {
            let tier = Tier(name: "default", .limited([limit]), since: .epoch)
            #expect(tier.quiet(at: .epoch) == .seconds(600))
        }
        let minutes = Tier(name: "default", .limited([.calendar(1, per: .minute)]), since: .epoch)
        #expect(minutes.quiet(at: .epoch) == .seconds(60))
        let own = Tier(name: "default", .limited([]), since: .epoch, quiet: .days(366))
        #expect(own.quiet(at: .epoch) == .seconds(600))
    }
}
