"""The server of a story: its process, and its REST interface as an operator uses it."""

import collections
import json
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Settings of whoever runs the demo must not change the story.
OURS = ("SWITCHGEAR_", "RATE_LIMIT_", "CIRCUIT_BREAKER_", "RETRY_")


@dataclass(frozen=True)
class Reply:
    """An answer of the REST interface."""

    status: int
    document: Any
    etag: str | None


class Plane:
    """One run of the server, on the loopback interface, at a free port."""

    def __init__(self, binary: Path, database: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        environment |= {"SWITCHGEAR_PORT": "0", "SWITCHGEAR_DATABASE": str(database)}
        self._lines: collections.deque[str] = collections.deque(maxlen=20)
        self._url: str | None = None
        self._told = threading.Event()
        self._process = subprocess.Popen(
            [binary, "serve"],
            env=environment,
            cwd=database.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where it listens, which it tells on standard error."""
        if not self._told.wait(timeout=10) or self._url is None:
            raise RuntimeError("the server did not say where it listens:\n" + self.last_words())
        return self._url

    def wait_until_ready(self) -> None:
        """Returns once it answers ``/readyz``."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                if self.call("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("the server did not become ready:\n" + self.last_words())

    def kill(self) -> None:
        """``kill -9``: no chance to save anything."""
        self._process.kill()
        self._process.wait(timeout=10)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        self._process.terminate()
        return self._process.wait(timeout=10)

    def close(self) -> None:
        """Ends the process, whatever state it is in."""
        if self._process.poll() is None:
            self.kill()
        self._reader.join(timeout=2)
        if self._process.stderr:
            self._process.stderr.close()

    def call(
        self, method: str, path: str, document: object = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request, made as the operator ``ada``."""
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self.url + path, body, method=method)
        request.add_header("X-Actor", "ada")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return Reply(
                    response.status, self._parse(response.read()), response.headers["ETag"]
                )
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Reply(refusal.code, self._parse(refusal.read()), None)

    def get(self, path: str) -> Reply:
        """What is there; it must be."""
        reply = self.call("GET", path)
        if reply.status != 200:
            raise RuntimeError(f"GET {path} answered {reply.status}: {reply.document}")
        return reply

    def events(self) -> list[dict[str, Any]]:
        """Everything that happened, oldest first."""
        events: list[dict[str, Any]]
        events = self.get("/v1/events?order=asc&limit=1000").document["events"]
        return events

    def last_words(self) -> str:
        """The last lines of its log."""
        return "\n".join(f"    {line}" for line in self._lines)

    @staticmethod
    def _parse(body: bytes) -> Any:
        return json.loads(body) if body else None

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.append(line.rstrip())
            match = re.search(r"http://[0-9.:]+", line)
            if match and self._url is None:
                self._url = match.group()
                self._told.set()
        self._told.set()
