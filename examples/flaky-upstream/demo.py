"""Flaky upstream: a price service that fails, slows down and recovers, eight users who call it
through a guard (a limiter, a breaker and a retry policy, asked as one), and a server that is killed
while the breaker is open.

The story is told as it happens, and each claim (✓) is checked. The exit code is 0 only if
everything happened as told.

    python3 examples/flaky-upstream/demo.py --server .build/release/switchgear
"""

import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from common import story  # noqa: E402
from common.client import Guard, Limiter, Pass  # noqa: E402
from guarded import GuardedUpstream, UpstreamClient, milliseconds_since  # noqa: E402
from traffic import USERS, Traffic  # noqa: E402

#: What a free user may call in a second, and at once.
QUOTA, BURST = 15, 3

LIMITER = {
    "description": "Calls of one user to the price service",
    "spec": {
        "tiers": {
            "free": {"limits": [{"quota": QUOTA, "period_ms": 1000, "burst": BURST}]},
            "pro": {"limits": [{"quota": 1000, "period_ms": 1000}]},
        },
        "default_tier": "free",
    },
}

BREAKER = {
    "description": "The price service, judged by its last 20 answers",
    "spec": {
        "window": {"type": "count", "size": 20},
        "failure_rate_threshold": 0.6,
        "slow_call_duration_ms": 250,
        "slow_call_rate_threshold": 0.8,
        "open_duration_ms": 1000,
        "half_open_permits": 3,
        "success_threshold": 3,
    },
}

RETRY = {
    "description": "Three attempts, 20 to 80 ms apart",
    "spec": {
        "max_attempts": 3,
        "initial_delay_ms": 40,
        "max_delay_ms": 2000,
        "multiplier": 2,
        "jitter": "equal",
    },
}

#: A limiter that refills so slowly that nothing comes back while the story lasts.
REPORTS = {"spec": {"limits": [{"quota": 10, "period_ms": 86_400_000}]}}

GUARD = {
    "description": "A call to the price service",
    "when_unreachable": "deny",
    "spec": {
        "limiters": [{"name": "prices", "key": "{user}"}],
        "breaker": "prices",
        "retry": "prices",
    },
}

#: The same service, asked for a report.
REPORTS_GUARD = {
    "spec": {
        "limiters": [{"name": "reports", "key": "{customer}"}],
        "breaker": "prices",
    },
}

#: How long the breaker stays open when the server is killed.
LONG_OPEN_MS = 5000
#: How far the clocks of two processes may differ on one machine, and what rounding takes.
CLOCKS_MS = 50
#: How many ask at once when the breaker half-opens.
CROWD = 24


class FlakyUpstream(story.Story):
    """The demo, chapter by chapter."""

    upstream_url: str
    upstream: GuardedUpstream
    guard: Guard

    def tell(self) -> None:
        self.begin()
        self.healthy()
        self.flaky()
        self.slow()
        self.recover()
        self.down()
        self.survive_kill()
        self.probe()
        self.healthy_again()
        self.history()

    # Chapters

    def begin(self) -> None:
        self.account.chapter("A server, an upstream, and a guard of three policies between them")
        self.upstream_url = self.start_upstream(Path(__file__).with_name("upstream.py"))
        self._start()
        self.create("limiter", "limiters", "prices", LIMITER)
        self.create("breaker", "breakers", "prices", BREAKER)
        self.create("retry policy", "retries", "prices", RETRY)
        self.create("guard", "guards", "prices", GUARD)
        self.create("limiter", "limiters", "reports", REPORTS)
        self.create("guard", "guards", "reports", REPORTS_GUARD)
        self.assign("prices", "ann", {"tier": "pro"}, "ann is pro, the others are free")
        spent = Limiter(self.server, "reports").acquire("acme", cost=4)
        self.account.claim(spent.remaining == 6, "acme spends 4 of 10 reports", spent)
        self._spent_at = time.monotonic()
        denial = Limiter(self.server, "reports").acquire("acme", cost=7)
        wait_ms = denial.retry_after_ms or 0
        self.account.claim(
            not denial.allowed and wait_ms > 0 and denial.remaining == 6,
            f"it would have to wait {wait_ms // 60_000} minutes for 7 more",
            denial,
        )

    def healthy(self) -> None:
        self.account.chapter("All is well: the limiter keeps the pace")
        traffic = self._traffic("healthy", 120)
        self._claim_results(traffic, success=120)
        most = BURST + QUOTA * traffic.elapsed_s
        calls = [len(traffic.endings[user]) for user in USERS[1:]]
        self.account.claim(not traffic.waits("ann"), "ann, who is pro, never waited")
        self.account.claim(
            max(calls) <= most,
            f"the others made {max(calls)} calls each in {traffic.elapsed_s:.2f} s: at most"
            f" {BURST} + {QUOTA} a second",
            (calls, most),
        )
        self._claim_state("closed", 1)

    def flaky(self) -> None:
        self.account.chapter("Every 6th call fails, some of them again: retries hide it")
        traffic = self._traffic("flaky", 96)
        self._claim_results(traffic, success=94, exhausted=1, **{"404": 1})
        self.account.claim(traffic.attempts == 120, "96 calls took 120 attempts", traffic.attempts)
        self._claim_delays(traffic)
        self._claim_state("closed", 1)

    def slow(self) -> None:
        self.account.chapter("Answers take 400 ms: slow calls open the breaker")
        traffic = self._traffic("slow", 60)
        passed = traffic.results["success"]
        # All eight may be under way when the 16th slow answer opens it.
        self.account.claim(
            16 <= passed < 16 + len(USERS) and traffic.results["open"] == 60 - passed,
            f"it let {passed} calls through; {60 - passed} did not have to wait for slow answers",
            traffic.results,
        )
        self._claim_transitions(traffic, "closed → open (slow_rate)")
        self._claim_state("open", 2)

    def recover(self) -> None:
        self.account.chapter("It is fast again, and the callers wait as long as they are told")
        traffic = self._traffic("healthy", 40, patient=True)
        self._claim_results(traffic, success=40)
        self._claim_transitions(traffic, "half_open → closed (probes_succeeded)")
        self._claim_state("closed", 4)

    def down(self) -> None:
        self.account.chapter("The upstream is down: failures open the breaker")
        self.change("breakers", "prices", {"open_duration_ms": LONG_OPEN_MS})
        self._early = self.guard.acquire({"user": "ann"})
        traffic = self._traffic("down", 80)
        self.account.claim(
            traffic.results["success"] == 0 and traffic.attempts < 40,
            f"80 calls asked it {traffic.attempts} times only, instead of 240",
            traffic.results,
        )
        self._claim_transitions(traffic, "closed → open (failure_rate)")
        self._claim_state("open", 5)

    def survive_kill(self) -> None:
        self.account.chapter("kill -9, while the breaker is open")
        # The reports were spent long ago; this is for machines that are faster than expected.
        time.sleep(max(0.0, self._spent_at + story.CHECKPOINT_S - time.monotonic()))
        before, state, left = self._everything(), self._state(), self.left("reports", "acme")
        late = self.kill_after_assigning("prices", "dan")
        self._check_alone()
        self._start()
        self._check_breaker(state)
        self._check_early_permit()
        after = self._everything()
        self.account.claim(
            self.left("reports", "acme") == left == 6, "acme has 6 reports left, as before"
        )
        self.check_everything(before, after, late)

    def probe(self) -> None:
        self.account.chapter("The upstream is well; its time over, the breaker lets probes through")
        self._behave("healthy")
        wait_ms = self._state()["retry_after_ms"]
        self.account.tell(f"{wait_ms} ms are left of its {LONG_OPEN_MS}: waiting that long")
        time.sleep(wait_ms / 1000)
        state = self._claim_state("half_open", 5)
        self.account.claim(state["would_allow"], "it would let a call through", state)
        leaves = self._crowd()
        probes = [leave for leave in leaves if leave.allowed]
        denied = Counter(leave.reason for leave in leaves if not leave.allowed)
        self.account.claim(
            len(probes) == 3 and denied == {"probes_in_flight": CROWD - 3},
            f"of {CROWD} reports wanted at once exactly 3 get through; the others:"
            " probes_in_flight",
            (len(probes), denied),
        )
        left = self.left("reports", "acme")
        self.account.claim(
            left == 3, f"acme has {left} of 6 reports left: those denied cost nothing", left
        )
        state = self._claim_state("half_open", 6)
        in_flight = state["half_open"]["in_flight"]
        self.account.claim(in_flight == 3, "3 probes are out", in_flight)
        self._settle(probes)
        self._claim_state("closed", 7)

    def healthy_again(self) -> None:
        self.account.chapter("All is well again")
        traffic = self._traffic("healthy", 80)
        self._claim_results(traffic, success=80)
        self.account.claim(
            not traffic.waits("dan"), "dan, made pro in the last moment, did not wait"
        )

    def history(self) -> None:
        self.account.chapter("What the server remembers, as the API returns it")
        events = self.events_with("retry.exhausted")
        for event in events:
            self.account.show(event)
        told = [
            (event["type"].removeprefix("breaker."), event["data"]["reason"])
            for event in events
            if event["type"].startswith("breaker.")
        ]
        back = [("half_opened", "open_duration_over"), ("closed", "probes_succeeded")]
        self.account.claim(
            told == [("opened", "slow_rate"), *back, ("opened", "failure_rate"), *back],
            "the breaker's: twice opened, half-opened and closed, and why",
            told,
        )
        opened = [e["data"] for e in events if e["type"] == "breaker.opened"][-1]
        rate, threshold = opened["failure_rate"], opened["thresholds"]["failure_rate_threshold"]
        text = f"it opened at a failure rate of {rate:.2f}; the threshold was {threshold}"
        self.account.claim(rate >= threshold, text, opened)
        types = Counter(event["type"] for event in events)
        for expected in ("limiter.limited", "retry.exhausted"):
            self.account.claim(types[expected] > 0, f"there is {expected}", types)
        self.account.claim(types["server.started"] == 2, "the server started twice", types)
        self.check_sequence(events)
        self.stop_plane()

    # Steps

    def _start(self) -> None:
        self.start_plane()
        client = UpstreamClient(self.upstream_url)
        self.upstream = GuardedUpstream(self.server, "prices", client)
        self.guard = Guard(self.server, "prices")

    def _behave(self, behaviour: str) -> None:
        body = json.dumps({"behaviour": behaviour}).encode()
        with urlopen(Request(f"{self.upstream_url}/behaviour", body, method="PUT"), timeout=5):
            pass

    def _traffic(self, behaviour: str, calls: int, patient: bool = False) -> Traffic:
        """Makes so many calls while the upstream behaves like that."""
        self._behave(behaviour)
        traffic = Traffic(calls, self.upstream, patient)
        traffic.run()
        traffic.tell(self.account)
        with urlopen(f"{self.upstream_url}/counts", timeout=5) as response:
            counts: dict[str, int] = json.load(response)
        seen = counts.get("attempts", 0)
        self.account.claim(
            seen == traffic.attempts, f"the upstream saw these {seen} attempts, no more", counts
        )
        return traffic

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.plane.get("/v1/breakers/prices/state").document
        return state

    def _claim_state(self, expected: str, generation: int) -> dict[str, Any]:
        state = self._state()
        self.account.claim(
            (state["state"], state["generation"]) == (expected, generation),
            f"the breaker is {expected}, generation {generation}",
            state,
        )
        return state

    def _claim_results(self, traffic: Traffic, **expected: int) -> None:
        text = ", ".join(f"{count} {result}" for result, count in expected.items())
        self.account.claim(traffic.results == expected, f"all ended: {text}", traffic.results)

    def _claim_transitions(self, traffic: Traffic, expected: str) -> None:
        made = traffic.transitions
        self.account.claim(made == [expected], f"one outcome did that: {expected}", made)

    def _claim_delays(self, traffic: Traffic) -> None:
        """Holds the retry policy to its schedule, but for the one that was told when."""
        schedule = self.plane.get("/v1/retries/prices/schedule").document["delays"]
        bounds = {each["attempt"]: (each["min_ms"], each["max_ms"]) for each in schedule}
        told = [delay for _, delay in traffic.retries if delay == 1000]
        others = [(attempt, delay) for attempt, delay in traffic.retries if delay != 1000]
        kept = all(bounds[n][0] <= delay <= bounds[n][1] for n, delay in others)
        text = ", ".join(f"{a} to {b} ms after attempt {n}" for n, (a, b) in bounds.items())
        self.account.claim(
            kept and len(others) == 23, f"23 delays are as scheduled: {text}", (bounds, others)
        )
        self.account.claim(len(told) == 1, "one obeyed the upstream's Retry-After: 1", told)

    def _everything(self) -> dict[str, Any]:
        kinds = ("limiters", "breakers", "retries", "guards")
        return self.everything("prices", tuple(f"{kind}/prices/versions" for kind in kinds))

    def _check_alone(self) -> None:
        alone = self.guard.acquire({"user": "ann"})
        self.account.claim(
            not alone.allowed and not alone.reached,
            "nobody answers: the client does what the policy said for that (deny)",
            alone,
        )

    def _check_breaker(self, before: dict[str, Any]) -> None:
        asked_at = time.time()
        after = self._state()
        answered_at = time.time()
        self._same(before, after, "state", "generation", "since_at")
        self._same(before, after, "failure_rate", "times_opened", "last_failure_at")
        opened_at = datetime.fromisoformat(before["since_at"].replace("Z", "+00:00")).timestamp()
        least, most = (
            LONG_OPEN_MS - (instant - opened_at) * 1000 for instant in (answered_at, asked_at)
        )
        left = after["retry_after_ms"] or -1
        self.account.claim(
            least - CLOCKS_MS <= left <= most + CLOCKS_MS,
            f"its time went on: {before['retry_after_ms']} ms were left, now {left} ms are",
            (least, left, most),
        )
        denial = self.guard.acquire({"user": "ann"})
        self.account.claim(
            not denial.allowed
            and denial.denied_by == {"kind": "breaker", "name": "prices", "reason": "open"},
            "and the guard denies by it, as before",
            denial,
        )

    def _same(self, before: dict[str, Any], after: dict[str, Any], *members: str) -> None:
        figures = {member: before[member] for member in members}
        text = ", ".join(f"{member} {value}" for member, value in figures.items())
        self.account.claim(figures == {member: after[member] for member in members}, text, after)

    def _check_early_permit(self) -> None:
        """A permit of before the breaker opened is known after the crash, and counts nothing."""
        settled = self.guard.settle(self._early.permit or "", "failure", duration_ms=10)
        self.account.claim(
            settled is not None
            and (settled.counted, settled.reason) == (False, "stale_generation"),
            "a permit from before it opened is known, and too old to count (stale_generation)",
            settled,
        )

    def _crowd(self) -> list[Pass]:
        """Many ask for a report of acme's at the same moment."""
        guard = Guard(self.server, "reports")
        barrier = threading.Barrier(CROWD)

        def ask(_: int) -> Pass:
            barrier.wait(timeout=5)
            return guard.acquire({"customer": "acme"})

        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(ask, range(CROWD)))

    def _settle(self, probes: list[Pass]) -> None:
        """Makes the probes' calls, and says how they went."""
        client = UpstreamClient(self.upstream_url)
        for number, probe in enumerate(probes, start=1):
            assert probe.permit is not None
            began = time.monotonic()
            status, _ = client.price(number, 1)
            took_ms = milliseconds_since(began)
            settled = self.guard.settle(probe.permit, "success", duration_ms=took_ms)
            became = settled and (settled.transition or {}).get("to")
            self.account.claim(
                status == 200
                and settled is not None
                and settled.counted
                and became == ("closed" if number == 3 else None),
                f"probe {number} succeeds" + (": the breaker closes" if number == 3 else ""),
                settled,
            )
            if number == 1:
                again = self.guard.settle(probe.permit, "failure")
                self.account.claim(
                    again is not None and (again.counted, again.reason) == (False, "duplicate"),
                    "settled again, it counts nothing (duplicate)",
                    again,
                )


if __name__ == "__main__":
    sys.exit(story.main(FlakyUpstream, __doc__))
