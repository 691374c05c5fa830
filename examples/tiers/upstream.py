"""A small HTTP upstream to protect: it greets, and counts who called."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from common import upstream  # noqa: E402


class Greeter(upstream.Upstream):
    """The server and its counts."""

    def __init__(self) -> None:
        super().__init__(Handler)
        self.calls: Counter[str] = Counter()

    def count(self, user: str) -> int:
        """Counts one more call of ``user`` and says how many that makes."""
        with self.lock:
            self.calls[user] += 1
            return self.calls[user]

    def counts(self) -> dict[str, int]:
        """How many calls each user made."""
        with self.lock:
            return dict(self.calls)


class Handler(upstream.Handler):
    """``GET /hello`` greets the user of the header ``X-User``; ``GET /calls`` tells the counts."""

    server: Greeter

    def do_GET(self) -> None:
        if self.path == "/hello":
            user = self.headers.get("X-User", "nobody")
            self.answer(200, {"hello": user, "calls": self.server.count(user)})
        elif self.path == "/calls":
            self.answer(200, self.server.counts())
        else:
            self.answer(404, {"error": "no such page"})


if __name__ == "__main__":
    upstream.run(Greeter(), __doc__)
