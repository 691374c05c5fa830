"""What the upstreams of the stories share: small HTTP servers that answer in JSON.

An upstream takes a free port and says where it listens in its first line of output. It stops by
itself: when its standard input ends (whoever started it is gone), or after ``--seconds``.
"""

import argparse
import json
import select
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream(ThreadingHTTPServer):
    """A server on the loopback interface, at a free port."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type["Handler"]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Answers in JSON, and says nothing: the story is told by the demo."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def answer(self, status: int, document: object, headers: dict[str, str] | None = None) -> None:
        """Sends an answer."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


def stop_when_alone(upstream: Upstream, seconds: float) -> None:
    """Stops the upstream when standard input ends, or after that many seconds."""
    select.select([sys.stdin], [], [], seconds)
    upstream.shutdown()


def run(upstream: Upstream, description: str | None) -> None:
    """Serves until told to stop."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--seconds", type=float, default=60, help="stop after so long at the latest"
    )
    seconds = parser.parse_args().seconds
    with upstream:
        threading.Thread(target=stop_when_alone, args=(upstream, seconds), daemon=True).start()
        print(f"upstream listens on http://127.0.0.1:{upstream.server_port}", flush=True)
        upstream.serve_forever(poll_interval=0.05)
