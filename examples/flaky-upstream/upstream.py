"""An upstream that fails, slows down and recovers as it is told: a price service.

What it does to a call follows from the call's number and attempt, so that each run is the same.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from common import upstream  # noqa: E402


@dataclass(frozen=True)
class Act:
    """What becomes of one attempt."""

    status: int = 200
    delay_s: float = 0.0
    retry_after: str | None = None


def healthy(call: int, attempt: int) -> Act:
    return Act(delay_s=0.005)


def flaky(call: int, attempt: int) -> Act:
    """Every 6th call fails once, every 12th twice, call 60 three times; call 77 asks nonsense.

    When call 48 has failed twice, it is told when to come back.
    """
    if call == 77:
        return Act(status=404)
    failures = 3 if call == 60 else 2 if call % 12 == 0 else 1 if call % 6 == 0 else 0
    if attempt > failures:
        return healthy(call, attempt)
    return Act(status=503, retry_after="1" if (call, attempt) == (48, 2) else None)


def slow(call: int, attempt: int) -> Act:
    return Act(delay_s=0.4)


def down(call: int, attempt: int) -> Act:
    return Act(status=503)


BEHAVIOURS = {act.__name__: act for act in (healthy, flaky, slow, down)}


class Prices(upstream.Upstream):
    """The server, how it behaves, and what it saw since that was said."""

    def __init__(self) -> None:
        super().__init__(Handler)
        self.behaviour = healthy
        self.seen: Counter[str] = Counter()

    def behave(self, name: str) -> None:
        """Behaves in another way from now on, and counts anew."""
        with self.lock:
            self.behaviour = BEHAVIOURS[name]
            self.seen = Counter()

    def act(self, call: int, attempt: int) -> Act:
        """Decides on one attempt, and counts it."""
        with self.lock:
            act = self.behaviour(call, attempt)
            self.seen["attempts"] += 1
            self.seen[str(act.status)] += 1
            return act

    def counts(self) -> dict[str, int]:
        """What it saw: attempts, and how many got which status."""
        with self.lock:
            return dict(self.seen)


class Handler(upstream.Handler):
    """``GET /price`` with ``X-Call`` and ``X-Attempt``; ``PUT /behaviour``; ``GET /counts``."""

    server: Prices

    def do_GET(self) -> None:
        if self.path == "/price":
            act = self.server.act(int(self.headers["X-Call"]), int(self.headers["X-Attempt"]))
            time.sleep(act.delay_s)
            retry_after = {"Retry-After": act.retry_after} if act.retry_after else None
            self.answer(act.status, {"price": 42} if act.status == 200 else {}, retry_after)
        elif self.path == "/counts":
            self.answer(200, self.server.counts())
        else:
            self.answer(404, {"error": "no such page"})

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.behave(body["behaviour"])
        self.answer(200, body)


if __name__ == "__main__":
    upstream.run(Prices(), __doc__)
