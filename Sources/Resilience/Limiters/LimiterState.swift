/// What one key has spent with a limiter, and whether it is being denied.
///
/// Each tier has an account of its own: a call is decided by the limits of its tier, and charged
/// to them alone.
public struct LimiterState: EpisodicState, Equatable, Sendable {
    /// The accounts in the order of their tiers' names. One that is full may be left out.
    private(set) var accounts: [Account] = []
    /// The present run of denials.
    public var episode: DenialEpisode?

    /// The state of a key that has not been seen.
    public init(at now: Instant) {}

    init(_ accounts: [Account]) { self.accounts = accounts }

    /// Decides on a call, and spends its cost when it is allowed and `spends`.
    ///
    /// - Parameters:
    ///   - cost: 0…10⁹; 0 looks, and is allowed unless the key is blocked.
    ///   - tier: what the key may do, and since when it is so.
    ///   - spends: whether an allowed call costs anything; looking and disabled limiters do not.
    /// - Complexity: O(1) for each limit of the tier; O(n) in the accounts for the first call in
    ///   a tier.
    public mutating func acquire(
        _ cost: Int64, _ tier: Tier, spends: Bool = true, at now: Instant
    ) -> LimiterDecision {
        let tier = tier.inForce(at: now)
        let decision = charge(cost, tier, spends: spends, at: now)
        guard let denial = decision.denial, let next = tier.successor else { return decision }
        let wait = wait(after: denial.retryAfter, for: cost, next, at: now)
        return decision.denied(Denial(denial.reason, retryAfter: wait))
    }

    /// Gives back what a call had cost to every limit of its tier's account, never above full.
    ///
    /// - Parameter tier: one without limits stands for those that the account was counted against.
    /// - Returns: The least that a limit took back, in whole tokens.
    @discardableResult
    public mutating func refund(_ cost: Int64, _ tier: Tier, at now: Instant) -> Int64 {
        let place = place(of: tier.name)
        guard cost > 0, isHeld(tier.name, at: place) else { return 0 }
        accounts[place].advance(tier, to: now)
        return accounts[place].refund(cost)
    }

    /// The accounts that are not full, by the names of their tiers.
    ///
    /// - Parameter tier: the tier of that name as it is now; nil where the key has none.
    public func figures(at now: Instant, _ tier: (String) -> Tier?) -> [AccountFigures] {
        accounts.compactMap { account in
            let tier = tier(account.tier)
            guard !account.isFull(tier, at: now) else { return nil }
            var account = account
            account.advance(tier, to: now)
            return AccountFigures(tier: account.tier, limits: account.figures(at: now))
        }
    }

    /// Whether forgetting the state changes no answer and loses no event. As a rule one account
    /// is looked at, the one that is full last; all of them where that is full.
    ///
    /// - Parameter tier: the tier of that name as it is now; nil where the key has none.
    public func isFresh(at now: Instant, _ tier: (String) -> Tier?) -> Bool {
        guard episode == nil else { return false }
        func isFull(_ account: Account) -> Bool { account.isFull(tier(account.tier), at: now) }
        if accounts.count > 1, let last = accounts.max(by: { $0.fullBy.at < $1.fullBy.at }),
            !isFull(last)
        {
            return false
        }
        return accounts.allSatisfy(isFull)
    }

    /// Forgets the accounts of the tiers that are not kept.
    public mutating func forgetAccounts(unless isKept: (String) -> Bool) {
        if accounts.allSatisfy({ isKept($0.tier) }) { return }
        accounts.removeAll { !isKept($0.tier) }
    }

    // MARK: Deciding

    private mutating func charge(
        _ cost: Int64, _ tier: Tier, spends: Bool, at now: Instant
    ) -> LimiterDecision {
        switch tier.allowance {
        case .unlimited:
            return LimiterDecision(tier: tier.name, cost: cost, denial: nil, limits: [])
        case .blocked:
            return LimiterDecision(
                tier: tier.name, cost: cost, denial: Denial(.blocked, retryAfter: nil), limits: [])
        case .limited(let limits):
            let place = place(of: tier.name)
            let isHeld = isHeld(tier.name, at: place)
            if isHeld, accounts[place].isCounted(against: limits) {
                accounts[place].advance(to: now)
                return accounts[place].charge(cost, spends: spends, at: now)
            }
            // What is denied, or only looked at, goes on by the limits that it was counted
            // against: they may come back.
            var account = isHeld ? accounts[place] : Account(tier.name, limits, at: now)
            account.advance(limits, changed: tier.since, to: now)
            let decision = account.charge(cost, spends: spends, at: now)
            guard decision.isAllowed, spends, cost > 0 else { return decision }
            if isHeld {
                accounts[place] = account
            } else {
                insert(account, since: tier.since, at: now)
            }
            return decision
        }
    }

    /// Takes a new account in, and forgets those that are full by limits that surely still hold:
    /// since when limits of a key's own are as they are says nothing of the tiers.
    private mutating func insert(_ account: Account, since: Instant, at now: Instant) {
        if account.tier != Tier.assigned {
            accounts.removeAll { $0.updatedAt > since && $0.isFull(at: now) }
        }
        accounts.insert(account, at: place(of: account.tier))
    }

    // MARK: Waiting

    /// The shortest wait after which a call is allowed that is denied now, where its tier ends.
    ///
    /// - Parameter own: after which its tier would allow it, if it did not end; nil for never.
    private func wait(
        after own: Timespan?, for cost: Int64, _ next: Succession, at now: Instant
    ) -> Timespan? {
        guard case .at(let end, let tier) = next else { return own }
        let rest = end - now
        // Told in whole milliseconds the wait must be over before that, too.
        if let own, own.millisecondsRoundedUp < rest.millisecondsRoundedUp { return own }
        return wait(for: cost, tier, at: now).map { max(rest, $0) }
    }

    /// How long until that tier would allow a call; nil for never.
    private func wait(for cost: Int64, _ tier: Tier, at now: Instant) -> Timespan? {
        switch tier.allowance {
        case .unlimited: return .zero
        case .blocked: return nil
        case .limited(let limits):
            let place = place(of: tier.name)
            guard isHeld(tier.name, at: place) else {
                return limits.contains { $0.capacity < cost } ? nil : .zero
            }
            var account = accounts[place]
            account.advance(limits, changed: tier.since, to: now)
            return account.wait(for: cost, at: now)
        }
    }

    // MARK: Strict limiters

    /// Sees to it that what was spent in a tier is covered by what is on disk.
    ///
    /// - Returns: Whether the state must be written, as its snapshot now is, before the answer.
    public mutating func reserve(_ tier: String, at now: Instant) -> Bool {
        let place = place(of: tier)
        return isHeld(tier, at: place) && accounts[place].reserve(at: now)
    }

    /// Gives up what was reserved: the disk could not be written, or is to have exactly what was
    /// spent.
    public mutating func giveUpReserve() {
        for index in accounts.indices { accounts[index].giveUpReserve() }
    }

    /// Takes back a grant that was not given after all, as far as it still counts: never more
    /// than would be there without it.
    public mutating func revert(
        _ cost: Int64, _ tier: String, grantedAt instant: Instant, at now: Instant
    ) {
        let place = place(of: tier)
        guard isHeld(tier, at: place) else { return }
        accounts[place].revert(cost, grantedAt: instant, at: now)
    }

    // MARK: Places

    /// Where the account of a tier is, or would be.
    private func place(of tier: String) -> Int {
        var (low, high) = (0, accounts.count)
        while low < high {
            let middle = (low + high) / 2
            if accounts[middle].tier < tier { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isHeld(_ tier: String, at place: Int) -> Bool {
        place < accounts.count && accounts[place].tier == tier
    }
}

extension Account {
    /// Goes on with the limits that the tier has now, where it has any.
    fileprivate mutating func advance(_ tier: Tier?, to now: Instant) {
        if let tier, case .limited(let limits) = tier.allowance {
            advance(limits, changed: tier.since, to: now)
        } else {
            advance(to: now)
        }
    }

    /// Decides on a call by the limits that it has advanced with.
    fileprivate mutating func charge(
        _ cost: Int64, spends: Bool, at now: Instant
    ) -> LimiterDecision {
        let wait = wait(for: cost, at: now)
        let isAllowed = wait == .zero
        let delay = isAllowed && cost > 0 ? delay : .zero
        if isAllowed, spends { spend(cost, at: now) }
        let figures = figures(at: now)
        if isAllowed, spends { noteFull(by: figures, at: now) }
        let reason = isExceeded(by: cost) ? DenialReason.costExceedsLimit : .rateLimited
        return LimiterDecision(
            tier: tier, cost: cost,
            denial: isAllowed ? nil : Denial(reason, retryAfter: wait), delay: delay,
            limits: figures)
    }
}
