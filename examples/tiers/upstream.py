"""A small HTTP upstream to protect: it greets, and counts who called.

It takes a free port and says where it listens in its first line of output. It stops by itself:
when its standard input ends (whoever started it is gone), or after ``--seconds``.
"""

import argparse
import json
import select
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream(ThreadingHTTPServer):
    """The server and its counts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
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


class Handler(BaseHTTPRequestHandler):
    """``GET /hello`` greets the user of the header ``X-User``; ``GET /calls`` tells the counts."""

    server: Upstream
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path == "/hello":
            user = self.headers.get("X-User", "nobody")
            self._answer(200, {"hello": user, "calls": self.server.count(user)})
        elif self.path == "/calls":
            self._answer(200, self.server.counts())
        else:
            self._answer(404, {"error": "no such page"})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing: the story is told by the demo."""


def stop_when_alone(upstream: Upstream, seconds: float) -> None:
    """Stops the upstream when standard input ends, or after that many seconds."""
    select.select([sys.stdin], [], [], seconds)
    upstream.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=60, help="stop after so long at the latest"
    )
    seconds = parser.parse_args().seconds

    with Upstream() as upstream:
        threading.Thread(target=stop_when_alone, args=(upstream, seconds), daemon=True).start()
        print(f"upstream listens on http://127.0.0.1:{upstream.server_port}", flush=True)
        upstream.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
