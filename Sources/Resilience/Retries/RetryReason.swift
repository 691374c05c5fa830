/// Why a call is tried again, or not.
public enum RetryReason: String, Sendable {
    case retryable
    /// Neither its status nor its error is to be tried again.
    case notRetryable = "not_retryable"
    /// It was tried as often as it may be.
    case exhausted
    /// The retry would begin too late.
    case deadline
    /// The server asks for a longer wait than the policy allows.
    case retryAfterTooLong = "retry_after_too_long"
    /// All callers together have retried as often as they may.
    case budgetExhausted = "budget_exhausted"
    /// The budget could not be asked, since more keys have a state than may.
    case tooManyKeys = "too_many_keys"
}
