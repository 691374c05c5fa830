"""Tiers: four users, one upstream, one limiter, and a server that is killed on the way.

The story is told as it happens, and each claim (✓) is checked. The exit code is 0 only if
everything happened as told.

    python3 examples/tiers/demo.py --server .build/release/switchgear
"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from common import story  # noqa: E402
from common.client import Limiter  # noqa: E402
from traffic import User  # noqa: E402

#: Tiers that refill fast, so that the story is short.
API = {
    "description": "Requests of one user to the upstream",
    "when_unreachable": "allow",
    "spec": {
        "tiers": {
            "free": {"limits": [{"quota": 4, "period_ms": 1000}]},
            "pro": {"limits": [{"quota": 10, "period_ms": 1000}]},
            "internal": {"unlimited": True},
        },
        "default_tier": "free",
    },
}

#: A limiter that refills so slowly that nothing comes back while the story lasts.
REPORTS = {
    "description": "Reports of one organisation",
    "spec": {"limits": [{"quota": 10, "period_ms": 86_400_000}]},
}


class Tiers(story.Story):
    """The demo, chapter by chapter."""

    upstream_url: str

    def tell(self) -> None:
        self.begin()
        self.declare_policies()
        self.change_keeps_what_was_spent()
        self.traffic()
        self.history()
        self.survive_kill()
        self.survive_stop()

    # Chapters

    def begin(self) -> None:
        self.account.chapter("A server, and an upstream to protect")
        self.upstream_url = self.start_upstream(Path(__file__).with_name("upstream.py"))
        self.start_plane()

    def declare_policies(self) -> None:
        self.account.chapter("A limiter with three tiers, and who is in which")
        for name, policy in {"api": API, "reports": REPORTS}.items():
            self.create("limiter", "limiters", name, policy)
        for key, tier in {"ian": "internal", "pia": "pro", "finn": "free"}.items():
            self.assign("api", key, {"tier": tier}, f"{key} is {tier}")
        self.assign("api", "eve", {"blocked": True}, "eve is blocked")
        denial = Limiter(self.server, "api").acquire("eve")
        self.account.claim(
            not denial.allowed and denial.reason == "blocked" and denial.retry_after_ms is None,
            "eve is denied, and not told to come back",
            denial,
        )

    def change_keeps_what_was_spent(self) -> None:
        self.account.chapter("A limit is changed: what was spent stays spent")
        reports = Limiter(self.server, "reports")
        before = reports.acquire("acme", cost=4)
        self.account.claim(
            (before.limit, before.remaining) == (10, 6), "acme spends 4 of 10: 6 are left", before
        )
        doubled = {"limits": [{"quota": 20, "period_ms": 86_400_000}]}
        stale = self.change("limiters", "reports", doubled)
        after = reports.acquire("acme", cost=1)
        self.account.claim(
            (after.limit, after.remaining) == (20, 15),
            "the very next answer knows: 1 more of 20, and 15 are left",
            after,
        )
        reply = self.plane.call(
            "PATCH", "/v1/limiters/reports", {"mode": "shadow"}, story.if_match(stale)
        )
        self.account.claim(
            reply.status == 412, "who still holds the old version cannot overwrite it (412)", reply
        )
        self._spent_at = time.monotonic()

    def traffic(self) -> None:
        self.account.chapter("Four users call the upstream; each call asks the limiter first")
        limiter = Limiter(self.server, "api")
        ian = self._user("ian", 25, limiter)
        pia = self._user("pia", 14, limiter)
        finn = self._user("finn", 16, limiter)
        paul = self._user("paul", 14, limiter, tier="pro")
        users = [ian, pia, finn, paul]
        self.account.tell("paul has no assignment: his requests name the tier pro themselves")
        for user in users:
            user.start()
        changed_at = self._change_tier_under_way(finn)
        for user in users:
            user.join(timeout=15)
        self._check_traffic(users)
        self._check_change(finn, changed_at)

    def history(self) -> None:
        self.account.chapter("What the server remembers: every change, by whom")
        events = self.events_with("limiter.limited")
        for event in events:
            self.account.tell(describe(event))
        told = [(e["type"], e["name"], e["key"] or "", e["actor"]) for e in events]
        for expected in (
            ("policy.created", "api", "", "ada"),
            ("limiter.assigned", "api", "eve", "ada"),
            ("policy.updated", "reports", "", "ada"),
            ("policy.updated", "api", "", "ada"),
        ):
            self.account.claim(expected in told, f"there is {' '.join(filter(None, expected))}")
        limited = any(e["type"] == "limiter.limited" and e["name"] == "api" for e in events)
        self.account.claim(limited, "there is limiter.limited of api: somebody met the limit")
        self.check_sequence(events)

    def survive_kill(self) -> None:
        self.account.chapter("kill -9")
        time.sleep(max(0.0, self._spent_at + story.CHECKPOINT_S - time.monotonic()))
        before = self._everything()
        left = self.left("reports", "acme")
        limiter = Limiter(self.server, "api")
        limiter.acquire("ian")
        late = self.kill_after_assigning("api", "lena")
        alone = limiter.acquire("ian")
        self.account.claim(
            alone.allowed and not alone.reached,
            "nobody answers: the client does what the policy said for that (allow)",
            alone,
        )
        self.start_plane()
        self.check_everything(before, self._everything(), late)
        self.account.claim(
            self.left("reports", "acme") == left,
            f"acme has {left} reports left, as at the last checkpoint",
        )

    def survive_stop(self) -> None:
        self.account.chapter("A graceful stop")
        reports = Limiter(self.server, "reports")
        for key, cost in {"acme": 3, "beta": 7, "corp": 20}.items():
            decision = reports.acquire(key, cost=cost)
            self.account.claim(decision.allowed, f"{key} spends {cost}", decision)
        before = {key: self.left("reports", key) for key in ("acme", "beta", "corp")}
        self.stop_plane()
        self.start_plane()
        after = {key: self.left("reports", key) for key in before}
        figures = ", ".join(f"{key} {left}" for key, left in before.items())
        self.account.claim(after == before, f"levels are the same to the token: {figures}", after)
        denial = Limiter(self.server, "reports").acquire("corp")
        self.account.claim(
            not denial.allowed and denial.reason == "rate_limited",
            "corp, which had nothing left, is still denied",
            denial,
        )
        self.stop_plane()

    # Steps

    def _user(self, key: str, calls: int, limiter: Limiter, tier: str | None = None) -> User:
        return User(key, calls, limiter, self.upstream_url, self.account, tier)

    def _change_tier_under_way(self, finn: User) -> float:
        """Waits until finn was denied three times, and then triples his tier."""
        for _ in range(3):
            finn.denied.acquire(timeout=5)
        free = {"limits": [{"quota": 12, "period_ms": 1000}]}
        self.change("limiters", "api", {"tiers": {"free": free}})
        return time.monotonic()

    def _check_traffic(self, users: list[User]) -> None:
        with_waits = ", ".join(f"{u.key} {u.calls} calls, {u.waits} waits" for u in users)
        done = all(u.passed == u.calls for u in users)
        self.account.claim(done, f"everybody is done: {with_waits}")
        waits = sum(u.waits for u in users)
        # A user whose wait was not enough has said so, and has stopped.
        self.account.claim(waits > 0 and done, f"{waits} waits, and each was exactly long enough")
        self.account.claim(users[0].waits == 0, "ian, who is internal, never waited")
        counted = self._upstream_counts()
        self.account.claim(
            counted == {u.key: u.calls for u in users},
            "the upstream saw exactly the calls that were allowed",
            counted,
        )

    def _check_change(self, finn: User, changed_at: float) -> None:
        version = self.plane.get("/v1/limiters/api").document["version"]
        later = [asked.decision for asked in finn.asked if asked.at > changed_at]
        figures = {(decision.policy_version, decision.limit) for decision in later}
        self.account.claim(
            figures == {(version, 12)},
            f"each of finn's {len(later)} questions after the change met the limit 12",
            figures,
        )

    def _upstream_counts(self) -> dict[str, int]:
        with urlopen(f"{self.upstream_url}/calls", timeout=5) as response:
            counts: dict[str, int] = json.load(response)
        return counts

    def _everything(self) -> dict[str, Any]:
        return self.everything("api", ("limiters/api/versions", "limiters/reports/versions"))


def describe(event: dict[str, Any]) -> str:
    """One event as one line."""
    who = f"by {event['actor']}" if event["actor"] else ""
    what = " ".join(filter(None, (event["name"], event["key"])))
    return f"{event['seq']:>3}  {event['at']}  {event['type']:<17} {what:<12} {who}".rstrip()


if __name__ == "__main__":
    sys.exit(story.main(Tiers, __doc__))
