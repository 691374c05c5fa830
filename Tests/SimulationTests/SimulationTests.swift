import Testing

@Suite("The whole plane, over random histories")
struct SimulationTests {
    @Test(
        "grants no more than its limits, tells every change, and is the same after a restart",
        arguments: 1...12 as ClosedRange<UInt64>)
    func history(seed: UInt64) async throws {
        // A failure is told with its argument, the seed: run it again with that alone.
        var simulation = try await Simulation(seed: seed)
        try await simulation.run(steps: 400)
    }

    @Test(
        "breakers that are forgotten never use a generation twice, however the server ends",
        arguments: 1...10 as ClosedRange<UInt64>)
    func breakers(seed: UInt64) async throws {
        var simulation = try await BreakerSimulation(seed: seed)
        try await simulation.run(steps: 500)
    }

    @Test(
        "grants of guards and of their parts together are what their policies allow",
        arguments: 1...10 as ClosedRange<UInt64>)
    func stack(seed: UInt64) async throws {
        var simulation = try await StackSimulation(seed: seed)
        try await simulation.run(steps: 500)
    }
}
