"""Asking a limiter before a call, with nothing but Python's standard library.

Copy this file into a program of yours, or take it as a pattern for another language: one POST
for each question, and one answer that says everything.
"""

import json
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Decision:
    """What the limiter answered."""

    allowed: bool
    tier: str | None = None
    #: The most that can be spent at once; None when unlimited, blocked or not reached.
    limit: int | None = None
    #: What is left, after this call.
    remaining: int | None = None
    #: When denied: the shortest wait after which the same call would be allowed. None: never.
    retry_after_ms: int | None = None
    #: When denied: why.
    reason: str | None = None
    #: The version of the policy that decided.
    policy_version: int | None = None
    #: False when nobody answered and the policy's ``when_unreachable`` decided instead.
    reached: bool = True


#: No connection, no answer in time, a server that cannot (5xx), or something else's answer.
NOBODY_ANSWERED = (OSError, HTTPException, json.JSONDecodeError)


class LimiterError(Exception):
    """The server refused the question, for example because there is no such limiter."""


class Limiter:
    """One limiter of one server.

    It may be used from several threads at once: each has a connection of its own, kept open.
    When the server cannot be reached, the policy's ``when_unreachable`` decides, as last told.
    """

    def __init__(self, server_url: str, name: str, timeout_s: float = 2.0) -> None:
        self._address = urlsplit(server_url).netloc
        self._path = f"/v1/limiters/{quote(name, safe='')}/acquire"
        self._timeout_s = timeout_s
        self._when_unreachable = "allow"
        self._of_this_thread = threading.local()

    def acquire(self, key: str, cost: int = 1, tier: str | None = None) -> Decision:
        """Asks whether ``key`` may spend ``cost`` now, and spends it if so."""
        question: dict[str, Any] = {"key": key, "cost": cost}
        if tier is not None:
            question["tier"] = tier
        try:
            status, answer = self._post(json.dumps(question).encode())
        except NOBODY_ANSWERED:
            allowed = self._when_unreachable == "allow"
            return Decision(allowed, reason=None if allowed else "unreachable", reached=False)
        if status != 200:
            raise LimiterError(f"{answer.get('title')}: {answer.get('detail')}")
        self._when_unreachable = answer["when_unreachable"]
        return Decision(
            allowed=answer["allowed"],
            tier=answer["tier"],
            limit=answer["limit"],
            remaining=answer["remaining"],
            retry_after_ms=answer["retry_after_ms"],
            reason=answer["reason"],
            policy_version=answer["policy_version"],
        )

    def _post(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Sends one question, on a new connection if the one kept open has been closed."""
        kept: HTTPConnection | None = getattr(self._of_this_thread, "connection", None)
        if kept is not None:
            try:
                return self._post_on(kept, body)
            except ConnectionError:
                pass  # The server may close an idle connection at any time.
        return self._post_on(HTTPConnection(self._address, timeout=self._timeout_s), body)

    def _post_on(self, connection: HTTPConnection, body: bytes) -> tuple[int, dict[str, Any]]:
        self._of_this_thread.connection = None
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status >= 500:
                raise HTTPException(f"the server answered {response.status}")
        except BaseException:
            connection.close()
            raise
        self._of_this_thread.connection = connection
        return response.status, answer
