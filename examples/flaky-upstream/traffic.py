"""The traffic of the demo: eight users, each a thread, who take turns in numbering their calls."""

import itertools
import threading
import time
from collections import Counter

from common.account import Account
from guarded import Ending, GuardedUpstream

USERS = ("ann", "bob", "cid", "dan", "eva", "fay", "gil", "hal")


class Traffic:
    """Makes the calls 1…n as fast as the control plane lets it, and adds up what happened."""

    def __init__(self, calls: int, upstream: GuardedUpstream, patient: bool = False) -> None:
        self.calls = calls
        self.endings: dict[str, list[Ending]] = {user: [] for user in USERS}
        self._upstream = upstream
        self._patient = patient
        self.elapsed_s = 0.0
        self._errors: list[str] = []

    def run(self) -> None:
        """Returns when all calls have ended."""
        began = time.monotonic()
        threads = [threading.Thread(target=self._use, args=(u,), daemon=True) for u in USERS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=15)
        if self._errors or any(thread.is_alive() for thread in threads):
            raise RuntimeError(f"a user broke off: {self._errors or 'not done in time'}")
        self.elapsed_s = time.monotonic() - began

    @property
    def all(self) -> list[Ending]:
        """How all calls ended."""
        return list(itertools.chain.from_iterable(self.endings.values()))

    @property
    def results(self) -> Counter[str]:
        """How many calls ended how."""
        return Counter(ending.result for ending in self.all)

    @property
    def attempts(self) -> int:
        """How often the upstream was called."""
        return sum(ending.attempts for ending in self.all)

    @property
    def retries(self) -> list[tuple[int, int]]:
        """All attempts after which there was another, and the delays between them."""
        return [retry for ending in self.all for retry in ending.retry_delays_ms]

    @property
    def transitions(self) -> list[str]:
        """What the breaker became by the outcomes of these calls."""
        return [transition for ending in self.all for transition in ending.transitions]

    def waits(self, user: str) -> list[int]:
        """How long the limiter told a user to wait, each time."""
        return [wait for ending in self.endings[user] for wait in ending.limiter_waits_ms]

    def tell(self, account: Account) -> None:
        """Tells it in a few lines."""
        results = ", ".join(f"{count} {result}" for result, count in self.results.most_common())
        account.tell(f"{self.calls} calls, {self.attempts} attempts: {results}")
        waits = [wait for user in USERS for wait in self.waits(user)]
        if waits:
            account.tell(f"limiter: waits: {len(waits)}, of {spread(waits)}")
        denials = [denial for ending in self.all for denial in ending.denials]
        for reason, count in Counter(denial.reason for denial in denials).items():
            told = [d.retry_after_ms for d in denials if d.reason == reason]
            known = [after for after in told if after is not None]
            after = f", retry after {spread(known)}" if known else ""
            account.tell(f"breaker: {count} denied: {reason}{after}")
        for attempt, delays in self._delays().items():
            account.tell(
                f"retries: {len(delays)} after attempt {attempt}, delayed by {spread(delays)}"
            )
        for transition in self.transitions:
            account.tell(f"breaker: {transition}")

    def _delays(self) -> dict[int, list[int]]:
        delays: dict[int, list[int]] = {}
        for attempt, delay in sorted(self.retries):
            delays.setdefault(attempt, []).append(delay)
        return delays

    def _use(self, user: str) -> None:
        try:
            for number in range(1 + USERS.index(user), self.calls + 1, len(USERS)):
                self.endings[user].append(self._upstream.call(user, number, self._patient))
        except Exception as error:
            self._errors.append(f"{user}: {error!r}")


def spread(milliseconds: list[int]) -> str:
    """From the shortest to the longest."""
    shortest, longest = min(milliseconds), max(milliseconds)
    return f"{shortest} ms" if shortest == longest else f"{shortest} to {longest} ms"
