import ControlPlane

/// Everything that can be asked.
enum Routes {
    /// The kinds of policies. One that is added here has all that kinds have in common, and what it
    /// declares of its own.
    static let standard: [any KindAPI] = [
        LimiterAPI(), BreakerAPI(), RetryAPI(), BulkheadAPI(), TimeoutAPI(), FallbackAPI(),
        GuardAPI(),
    ]

    /// The endpoints of a server with these kinds.
    static func endpoints(of kinds: [any KindAPI] = standard) -> [Endpoint] {
        ProbeRoutes().endpoints + PolicyListRoutes().endpoints
            + kinds.flatMap { $0.allEndpoints } + DecisionRoutes().endpoints
            + PermitRoutes().endpoints + EventRoutes().endpoints + ClockRoutes().endpoints
            + ServerRoutes().endpoints
    }
}
