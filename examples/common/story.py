"""What the stories share: their processes, their history, and how they begin and end."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from common.account import Account
from common.client import Server
from common.plane import Plane, Reply

#: How old a level can be after a kill -9: a checkpoint interval (1 s), and time to write it.
CHECKPOINT_S = 2.5


class Story(ABC):
    """A server on a database of its own, an upstream, and an account of what happens."""

    def __init__(self, binary: Path, directory: Path, resources: contextlib.ExitStack) -> None:
        self.account = Account()
        self._binary = binary
        self._database = directory / "switchgear.db"
        self._resources = resources
        self.plane: Plane
        self.server: Server

    @abstractmethod
    def tell(self) -> None:
        """Tells the story."""

    # Processes

    def start_plane(self) -> None:
        """Starts the server on the story's database."""
        self.plane = Plane(self._binary, self._database)
        self._resources.callback(self.plane.close)
        self.plane.wait_until_ready()
        self.server = Server(self.plane.url)
        self.account.tell(f"switchgear is ready on {self.plane.url} (process {self.plane.pid})")

    def start_upstream(self, script: Path) -> str:
        """Starts an upstream; returns where it listens."""
        process = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._resources.callback(end, process)
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        self.account.tell(f"the upstream listens on {url} (process {process.pid})")
        return url

    def stop_plane(self) -> None:
        """Stops the server gracefully."""
        code = self.plane.stop()
        self.account.claim(code == 0, "SIGTERM: the server stops with exit code 0", code)

    # Policies and assignments

    def create(self, kind: str, kinds: str, name: str, policy: dict[str, Any]) -> None:
        """Creates a policy."""
        reply = self.plane.call("PUT", f"/v1/{kinds}/{name}", policy)
        self.account.claim(reply.status == 201, f"{kind} {name} is created", reply)

    def change(self, kinds: str, name: str, spec: dict[str, Any]) -> str:
        """Patches the policy if nobody else has since it was read; returns the ETag it had."""
        etag = self.plane.get(f"/v1/{kinds}/{name}").etag or ""
        reply = self.plane.call("PATCH", f"/v1/{kinds}/{name}", {"spec": spec}, if_match(etag))
        text = f"{name} is changed, tag {etag} → {reply.etag}"
        self.account.claim(reply.status == 200 and reply.etag not in (None, etag), text, reply)
        return etag

    def assign(self, limiter: str, key: str, assignment: dict[str, Any], text: str) -> None:
        """Settles what a key may do."""
        reply = self.plane.call("PUT", f"/v1/limiters/{limiter}/assignments/{key}", assignment)
        self.account.claim(reply.status == 201, text, reply)

    def left(self, limiter: str, key: str) -> int | None:
        """What the key has left; looking spends nothing."""
        path = f"/v1/limiters/{limiter}/state?key={key}&cost=0"
        left: int | None = self.plane.get(path).document["remaining"]
        return left

    # What a crash must not change

    def everything(self, limiter: str, lists: tuple[str, ...]) -> dict[str, Any]:
        """What must be the same after a crash."""

        def listed(path: str) -> list[dict[str, Any]]:
            documents: list[dict[str, Any]] = self.plane.get(path).document[path.split("/")[-1]]
            return documents

        return {
            **{what: listed(f"/v1/{what}") for what in ("policies", *lists)},
            "assignments": {a["key"]: a for a in listed(f"/v1/limiters/{limiter}/assignments")},
            "events": self.plane.events(),
        }

    def kill_after_assigning(self, limiter: str, key: str) -> Reply:
        """Makes ``key`` pro, and kills the server as soon as that is answered."""
        path = f"/v1/limiters/{limiter}/assignments/{key}"
        late = self.plane.call("PUT", path, {"tier": "pro"})
        self.plane.kill()
        self.account.tell(f"{key} was made pro (answered {late.status}); then kill -9, at once")
        return late

    def check_everything(self, before: dict[str, Any], after: dict[str, Any], late: Reply) -> None:
        """Compares what there was before the crash, and the assignment that came last."""
        key = (late.document or {}).get("key", "?")
        last = after["assignments"].pop(key, None)
        self.account.claim(
            late.status == 201 and last == late.document,
            f"{key} is pro: what was answered holds",
            last,
        )
        for what in [what for what in before if what != "events"]:
            same = after[what] == before[what]
            self.account.claim(same, f"{what} are as they were ({len(before[what])})", after[what])
        kept = after["events"][: len(before["events"])]
        self.account.claim(
            kept == before["events"], f"all {len(kept)} events that were shown are there"
        )
        told = [e for e in after["events"] if (e["type"], e["key"]) == ("limiter.assigned", key)]
        self.account.claim(len(told) == 1, f"so is the event of {key}, who came last", told)
        self.check_sequence(after["events"])

    # The history

    def events_with(self, awaited: str) -> list[dict[str, Any]]:
        """All events, once one of that type is there: some are written behind."""
        deadline = time.monotonic() + 3
        while True:
            events = self.plane.events()
            if any(e["type"] == awaited for e in events) or time.monotonic() > deadline:
                return events
            time.sleep(0.1)

    def check_sequence(self, events: list[dict[str, Any]]) -> None:
        """Claims that the history has no gap."""
        numbers = [event["seq"] for event in events]
        self.account.claim(
            bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers))),
            f"{len(numbers)} events are numbered without a gap",
            numbers,
        )


def if_match(etag: str) -> dict[str, str]:
    """The header that makes a write depend on the version that was read."""
    return {"If-Match": etag}


def end(process: subprocess.Popen[str]) -> None:
    """Ends a process that this program started."""
    if process.poll() is None:
        process.kill()
        process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def main(story_type: type[Story], description: str | None) -> int:
    """Tells a story; returns the exit code."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("--server", type=Path, required=True, help="the server's binary")
    binary = parser.parse_args().server.resolve()

    os.environ["no_proxy"] = "127.0.0.1"
    # So that what was started is ended when this program is asked to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as resources:
        story = story_type(binary, Path(directory), resources)
        try:
            story.tell()
        except Exception as error:
            story.account.fail(f"the story broke off: {type(error).__name__}: {error}")
    return story.account.verdict()
