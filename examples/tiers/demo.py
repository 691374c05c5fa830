"""Tiers: four users, one upstream, one limiter, and a server that is killed on the way.

The story is told as it happens, and each claim (✓) is checked. The exit code is 0 only if
everything happened as told.

    python3 examples/tiers/demo.py --server .build/release/switchgear
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from account import Account
from client import Limiter
from plane import Plane, Reply
from traffic import User

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

#: How old a level can be after a kill -9: a checkpoint interval (1 s), and time to write it.
CHECKPOINT_S = 2.5


class Story:
    """The demo, chapter by chapter."""

    def __init__(self, binary: Path, directory: Path, resources: contextlib.ExitStack) -> None:
        self.account = Account()
        self._binary = binary
        self._database = directory / "switchgear.db"
        self._resources = resources
        self.plane: Plane
        self.upstream_url: str

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
        self.upstream_url = self._start_upstream()
        self.account.tell(f"the upstream listens on {self.upstream_url}")
        self._start_plane()

    def declare_policies(self) -> None:
        self.account.chapter("A limiter with three tiers, and who is in which")
        for name, policy in {"api": API, "reports": REPORTS}.items():
            reply = self.plane.call("PUT", f"/v1/limiters/{name}", policy)
            self.account.claim(reply.status == 201, f"limiter {name} is created", reply)
        for key, tier in {"ian": "internal", "pia": "pro", "finn": "free"}.items():
            self._assign(key, {"tier": tier}, f"{key} is {tier}")
        self._assign("eve", {"blocked": True}, "eve is blocked")
        denial = Limiter(self.plane.url, "api").acquire("eve")
        self.account.claim(
            not denial.allowed and denial.reason == "blocked" and denial.retry_after_ms is None,
            "eve is denied, and not told to come back",
            denial,
        )

    def change_keeps_what_was_spent(self) -> None:
        self.account.chapter("A limit is changed: what was spent stays spent")
        reports = Limiter(self.plane.url, "reports")
        before = reports.acquire("acme", cost=4)
        self.account.claim(
            (before.limit, before.remaining) == (10, 6), "acme spends 4 of 10: 6 are left", before
        )
        stale = self._change_limit("reports", {"limits": [{"quota": 20, "period_ms": 86_400_000}]})
        after = reports.acquire("acme", cost=1)
        self.account.claim(
            (after.limit, after.remaining) == (20, 15),
            "the very next answer knows: 1 more of 20, and 15 are left",
            after,
        )
        reply = self.plane.call(
            "PATCH", "/v1/limiters/reports", {"mode": "shadow"}, if_match(stale)
        )
        self.account.claim(
            reply.status == 412, "who still holds the old version cannot overwrite it (412)", reply
        )
        self._spent_at = time.monotonic()

    def traffic(self) -> None:
        self.account.chapter("Four users call the upstream; each call asks the limiter first")
        limiter = Limiter(self.plane.url, "api")
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
        events = self._events_with("limiter.limited")
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
        self._check_sequence(events)

    def survive_kill(self) -> None:
        self.account.chapter("kill -9")
        time.sleep(max(0.0, self._spent_at + CHECKPOINT_S - time.monotonic()))
        before = self._everything()
        left = self._left("acme")
        limiter = Limiter(self.plane.url, "api")
        limiter.acquire("ian")
        late = self.plane.call("PUT", "/v1/limiters/api/assignments/lena", {"tier": "pro"})
        self.plane.kill()
        self.account.tell(f"lena was made pro (answered {late.status}); then kill -9, at once")
        alone = limiter.acquire("ian")
        self.account.claim(
            alone.allowed and not alone.reached,
            "nobody answers: the client does what the policy said for that (allow)",
            alone,
        )
        self._start_plane()
        self._check_everything(before, late)
        self.account.claim(
            self._left("acme") == left, f"acme has {left} reports left, as at the last checkpoint"
        )

    def survive_stop(self) -> None:
        self.account.chapter("A graceful stop")
        reports = Limiter(self.plane.url, "reports")
        for key, cost in {"acme": 3, "beta": 7, "corp": 20}.items():
            decision = reports.acquire(key, cost=cost)
            self.account.claim(decision.allowed, f"{key} spends {cost}", decision)
        before = {key: self._left(key) for key in ("acme", "beta", "corp")}
        code = self.plane.stop()
        self.account.claim(code == 0, "SIGTERM: the server stops with exit code 0", code)
        self._start_plane()
        after = {key: self._left(key) for key in before}
        figures = ", ".join(f"{key} {left}" for key, left in before.items())
        self.account.claim(after == before, f"levels are the same to the token: {figures}", after)
        denial = Limiter(self.plane.url, "reports").acquire("corp")
        self.account.claim(
            not denial.allowed and denial.reason == "rate_limited",
            "corp, which had nothing left, is still denied",
            denial,
        )
        code = self.plane.stop()
        self.account.claim(code == 0, "and it stops with exit code 0 again", code)

    # Steps

    def _start_upstream(self) -> str:
        script = Path(__file__).with_name("upstream.py")
        process = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._resources.callback(end, process)
        assert process.stdout is not None
        return process.stdout.readline().split()[-1]

    def _start_plane(self) -> None:
        self.plane = Plane(self._binary, self._database)
        self._resources.callback(self.plane.close)
        self.plane.wait_until_ready()
        self.account.tell(f"switchgear is ready on {self.plane.url} (process {self.plane.pid})")

    def _assign(self, key: str, assignment: dict[str, Any], text: str) -> None:
        reply = self.plane.call("PUT", f"/v1/limiters/api/assignments/{key}", assignment)
        self.account.claim(reply.status == 201, text, reply)

    def _change_limit(self, name: str, spec: dict[str, Any]) -> str:
        """Patches the policy if nobody else has since it was read; returns the ETag it had."""
        etag = self.plane.get(f"/v1/limiters/{name}").etag or ""
        reply = self.plane.call("PATCH", f"/v1/limiters/{name}", {"spec": spec}, if_match(etag))
        text = f"{name} is changed, version {etag} → {reply.etag}"
        self.account.claim(reply.status == 200 and reply.etag not in (None, etag), text, reply)
        return etag

    def _user(self, key: str, calls: int, limiter: Limiter, tier: str | None = None) -> User:
        return User(key, calls, limiter, self.upstream_url, self.account, tier)

    def _change_tier_under_way(self, finn: User) -> float:
        """Waits until finn was denied three times, and then triples his tier."""
        for _ in range(3):
            finn.denied.acquire(timeout=5)
        free = {"limits": [{"quota": 12, "period_ms": 1000}]}
        self._change_limit("api", {"tiers": {"free": free}})
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
        version = int((self.plane.get("/v1/limiters/api").etag or '"0"').strip('"'))
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

    def _left(self, key: str) -> int | None:
        left: int | None
        left = self.plane.get(f"/v1/limiters/reports/state?key={key}&cost=0").document["remaining"]
        return left

    def _events_with(self, awaited: str) -> list[dict[str, Any]]:
        """All events, once one of that type is there: denials are written behind."""
        deadline = time.monotonic() + 3
        while True:
            events = self.plane.events()
            if any(e["type"] == awaited for e in events) or time.monotonic() > deadline:
                return events
            time.sleep(0.1)

    def _check_sequence(self, events: list[dict[str, Any]]) -> None:
        numbers = [event["seq"] for event in events]
        self.account.claim(
            bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))),
            f"{len(numbers)} events are numbered without a gap",
            numbers,
        )

    def _everything(self) -> dict[str, Any]:
        """What must be the same after a crash."""

        def listed(path: str) -> list[dict[str, Any]]:
            documents: list[dict[str, Any]] = self.plane.get(path).document[path.split("/")[-1]]
            return documents

        return {
            "policies": listed("/v1/policies"),
            "versions of api": listed("/v1/limiters/api/versions"),
            "versions of reports": listed("/v1/limiters/reports/versions"),
            "assignments": {a["key"]: a for a in listed("/v1/limiters/api/assignments")},
            "events": self.plane.events(),
        }

    def _check_everything(self, before: dict[str, Any], late: Reply) -> None:
        after = self._everything()
        lena = after["assignments"].pop("lena", None)
        self.account.claim(
            late.status == 201 and lena == late.document,
            "lena is pro: what was answered holds",
            lena,
        )
        for what in ("policies", "versions of api", "versions of reports", "assignments"):
            same = after[what] == before[what]
            self.account.claim(same, f"{what} are as they were ({len(before[what])})", after[what])
        kept = after["events"][: len(before["events"])]
        self.account.claim(
            kept == before["events"], f"all {len(kept)} events that were shown are there"
        )
        last = [e for e in after["events"] if (e["type"], e["key"]) == ("limiter.assigned", "lena")]
        self.account.claim(len(last) == 1, "so is the event of lena, who came last", last)
        self._check_sequence(after["events"])


def if_match(etag: str) -> dict[str, str]:
    """The header that makes a write depend on the version that was read."""
    return {"If-Match": etag}


def describe(event: dict[str, Any]) -> str:
    """One event as one line."""
    who = f"by {event['actor']}" if event["actor"] else ""
    what = " ".join(filter(None, (event["name"], event["key"])))
    return f"{event['seq']:>3}  {event['at']}  {event['type']:<17} {what:<12} {who}".rstrip()


def end(process: subprocess.Popen[str]) -> None:
    """Ends a process that this program started."""
    if process.poll() is None:
        process.kill()
        process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", type=Path, required=True, help="the server's binary")
    binary = parser.parse_args().server.resolve()

    os.environ["no_proxy"] = "127.0.0.1"
    # So that what was started is ended when this program is asked to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as resources:
        story = Story(binary, Path(directory), resources)
        try:
            story.tell()
        except Exception as error:
            story.account.fail(f"the story broke off: {type(error).__name__}: {error}")
    return story.account.verdict()


if __name__ == "__main__":
    sys.exit(main())
