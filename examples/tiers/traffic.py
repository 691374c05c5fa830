"""The users of the demo: each a thread that asks the limiter before every call."""

import threading
import time
import urllib.request
from dataclasses import dataclass

from common.account import Account
from common.client import Decision, Limiter


@dataclass(frozen=True)
class Asked:
    """One question to the limiter."""

    at: float
    decision: Decision


class User(threading.Thread):
    """Makes so many calls to the upstream as fast as the limiter lets it.

    When denied it waits exactly as long as told and asks again: that must be enough, because
    nobody else uses its key.
    """

    def __init__(
        self,
        key: str,
        calls: int,
        limiter: Limiter,
        upstream_url: str,
        account: Account,
        tier: str | None = None,
    ) -> None:
        super().__init__(name=key, daemon=True)
        self.key = key
        self.calls = calls
        self.tier = tier
        self.asked: list[Asked] = []
        self.passed = 0
        self.waits = 0
        #: Released at each denial, for those who wait for one.
        self.denied = threading.Semaphore(0)
        self._limiter = limiter
        self._upstream_url = upstream_url
        self._account = account
        self._in_a_row = 0

    def run(self) -> None:
        try:
            for _ in range(self.calls):
                self._ask_and_call()
            self._tell_allowed()
        except Exception as error:
            self._account.fail(f"{self.key}: {error!r}")

    def _ask_and_call(self) -> None:
        decision = self._ask()
        if decision.allowed:
            self._in_a_row += 1
        else:
            self._tell_allowed()
            self._obey(decision)
        self._call_upstream()

    def _obey(self, denial: Decision) -> None:
        """Waits as told, and holds the limiter to its word."""
        if denial.retry_after_ms is None:
            raise AssertionError(f"denied for ever: {denial}")
        self.denied.release()
        self.waits += 1
        time.sleep(denial.retry_after_ms / 1000)
        again = self._ask()
        waited = f"denied, told to wait {denial.retry_after_ms} ms, waited that long"
        if not again.allowed:
            raise AssertionError(f"{waited}, and was denied again: {again}")
        self._tell(f"{waited}: allowed")

    def _ask(self) -> Decision:
        at = time.monotonic()
        decision = self._limiter.acquire(self.key, tier=self.tier)
        self.asked.append(Asked(at, decision))
        return decision

    def _call_upstream(self) -> None:
        request = urllib.request.Request(f"{self._upstream_url}/hello")
        request.add_header("X-User", self.key)
        with urllib.request.urlopen(request, timeout=5) as response:
            response.read()
        self.passed += 1

    def _tell_allowed(self) -> None:
        if self._in_a_row:
            self._tell(f"allowed {self._in_a_row} in a row")
            self._in_a_row = 0

    def _tell(self, what: str) -> None:
        decision = self.asked[-1].decision
        left = "no limit" if decision.limit is None else f"{decision.remaining} of {decision.limit}"
        self._account.tell(f"{self.key:<4} {decision.tier or '-':<9} {what}  ({left})")
