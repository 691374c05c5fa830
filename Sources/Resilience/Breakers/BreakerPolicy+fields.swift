extension BreakerPolicy {
    public static let fields: [Field<BreakerPolicy>] = windowFields + openFields + halfOpenFields

    private static let windowFields: [Field<BreakerPolicy>] = [
        Field("window", \.window, .object, "Which calls it judges by."),
        Field(
            "minimum_calls", \.minimumCalls, .integer(Bounds.counts),
            defaultNote: "10, or a smaller window's `size`",
            "How many calls there must be before rates count; for count and time windows."),
        Field(
            "failure_rate_threshold", \.failureRateThreshold, .number(Bounds.rates, isOpen: true),
            defaultNote: "0.5, for count and time windows",
            "The share of failures that opens it; for count and time windows."),
        Field(
            "failure_threshold", \.failureThreshold, .integer(Bounds.counts),
            defaultNote: "5, for `consecutive`", variable: "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
            showsNull: true,
            "How many failures open it: in a row, or among the calls of the window."),
        Field(
            "slow_call_duration_ms", \.slowCallDuration,
            .milliseconds(Bounds.periodsMilliseconds), showsNull: true,
            "A call that takes longer is slow; a slow probe opens the breaker again."),
        Field(
            "slow_call_rate_threshold", \.slowCallRateThreshold,
            .number(Bounds.rates, isOpen: true), defaultNote: "1, for count and time windows",
            "The share of slow calls that opens it; for count and time windows."),
    ]

    private static let openFields: [Field<BreakerPolicy>] = [
        Field(
            "open_duration_ms", \.openDuration, .milliseconds(Bounds.periodsMilliseconds),
            variable: "CIRCUIT_BREAKER_RESET_TIMEOUT_MS", "How long it stays open."),
        Field(
            "open_multiplier", \.openMultiplier, .number(Bounds.multipliers),
            "How much longer it stays open each time that it opens again from half-open."),
        Field(
            "max_open_duration_ms", \.maximumOpenDuration,
            .milliseconds(Bounds.periodsMilliseconds),
            defaultNote: "300000, or a longer `open_duration_ms`",
            "How long it stays open at most."),
    ]

    private static let halfOpenFields: [Field<BreakerPolicy>] = [
        Field(
            "half_open_permits", \.halfOpenPermits,
            .integer(1...Int64(Bounds.probes), reason: "each probe that is out is remembered"),
            "How many probes are out at once while it is half-open; each is remembered."),
        Field(
            "success_threshold", \.successThreshold, .integer(Bounds.counts),
            "How many successful probes close it."),
        Field(
            "probe_timeout_ms", \.probeTimeout, .milliseconds(Bounds.periodsMilliseconds),
            "How long a probe may take to be settled."),
        Field(
            "automatic_half_open", \.automaticHalfOpen, .flag,
            "Whether it half-opens as soon as its time has come, or with the next call."),
        Field(
            "min_reporters", \.minimumReporters,
            .integer(1...Int64(Bounds.reporters), reason: "so many reporters are remembered"),
            "How many reporters the failures that open it must come from."),
        Field(
            "on_probe_timeout", \.onProbeTimeout, .choice,
            "What a probe does that is not settled in time: reopen opens it again, for as long as "
                + "before; release only frees its place."),
        Field(
            "key_idle_ms", \.keyIdle, .milliseconds(Bounds.periodsMilliseconds),
            "How long a key is remembered that nobody asks or tells about; not less than 300000, "
                + "the window or the probes' time. The empty key always is."),
    ]
}
