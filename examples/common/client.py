"""A client of Switchgear: limiters, breakers, retries, and guards that join them, with nothing but
Python's standard library.

Copy this file into a program of yours, or take it as a pattern for another language: one POST
for each question, and one answer that says everything.
"""

import json
import threading
from dataclasses import dataclass, fields
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

#: No connection, no answer in time, a server that cannot (5xx), or something else's answer.
NOBODY_ANSWERED = (OSError, HTTPException, json.JSONDecodeError)


class Refused(Exception):
    """The server refused the question, for example because there is no such policy."""


class Server:
    """Where to ask. It may be used from several threads at once: each keeps its connection."""

    def __init__(self, url: str, timeout_s: float = 2.0) -> None:
        self._address = urlsplit(url).netloc
        self._timeout_s = timeout_s
        self._of_this_thread = threading.local()

    def ask(self, path: str, question: dict[str, Any]) -> dict[str, Any] | None:
        """Asks one question; None when nobody answers. Members that are None are left out."""
        body = json.dumps({k: v for k, v in question.items() if v is not None}).encode()
        try:
            status, answer = self._post(path, body)
        except NOBODY_ANSWERED:
            return None
        if status != 200:
            raise Refused(f"{answer.get('title')}: {answer.get('detail')}")
        return answer

    def _post(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Sends one question, on a new connection if the one kept open has been closed."""
        kept: HTTPConnection | None = getattr(self._of_this_thread, "connection", None)
        if kept is not None:
            try:
                return self._post_on(kept, path, body)
            except ConnectionError:
                pass  # The server may close an idle connection at any time.
        return self._post_on(HTTPConnection(self._address, timeout=self._timeout_s), path, body)

    def _post_on(
        self, connection: HTTPConnection, path: str, body: bytes
    ) -> tuple[int, dict[str, Any]]:
        self._of_this_thread.connection = None
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status >= 500:
                raise HTTPException(f"the server answered {response.status}")
        except BaseException:
            connection.close()
            raise
        self._of_this_thread.connection = connection
        return response.status, answer


class Gate:
    """What may be asked for leave: a limiter, a breaker or a guard.

    When the server cannot be reached, the policy's ``when_unreachable`` decides, as last told.
    """

    def __init__(self, server: Server, kinds: str, name: str) -> None:
        self._server = server
        self._path = f"/v1/{kinds}/{quote(name, safe='')}/acquire"
        self._when_unreachable = "allow"

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answer = self._server.ask(self._path, question)
        if answer is None:
            allowed = self._when_unreachable == "allow"
            reason = None if allowed else "unreachable"
            return {"allowed": allowed, "reason": reason, "reached": False}
        self._when_unreachable = answer["when_unreachable"]
        return answer


@dataclass(frozen=True)
class Decision:
    """What a limiter answered."""

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


class Limiter(Gate):
    """One limiter: how often something may happen."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(server, "limiters", name)

    def acquire(self, key: str, cost: int = 1, tier: str | None = None) -> Decision:
        """Asks whether ``key`` may spend ``cost`` now, and spends it if so."""
        answer = self._ask({"key": key, "cost": cost, "tier": tier})
        return Decision(**selected(answer, Decision))


@dataclass(frozen=True)
class Leave:
    """What a breaker answered."""

    allowed: bool
    #: Where the breaker stands.
    state: str | None = None
    #: When allowed: what the call is settled with.
    permit: str | None = None
    #: When denied: the shortest wait after which a call would be allowed. None: nobody knows.
    retry_after_ms: int | None = None
    #: When denied: why.
    reason: str | None = None
    #: Grows by one each time that the breaker changes.
    generation: int | None = None
    #: False when nobody answered and the policy's ``when_unreachable`` decided instead.
    reached: bool = True


@dataclass(frozen=True)
class Again:
    """What a retry policy answered."""

    retry: bool
    #: When to be tried again: how long to wait before.
    delay_ms: int | None = None
    #: Why, or why not.
    reason: str | None = None


@dataclass(frozen=True)
class Settlement:
    """What became of a permit."""

    counted: bool
    #: Where the breaker stands then.
    state: str | None
    #: When not counted: why.
    reason: str | None
    #: What the outcome caused: from, to and why.
    transition: dict[str, str] | None
    #: After a failure that a guard allowed: whether the call is made again.
    retry: Again | None = None


def settle(server: Server, permit: str, report: dict[str, Any]) -> Settlement | None:
    """Says how an allowed call went; None when nobody answers."""
    answer = server.ask(f"/v1/permits/{quote(permit, safe='')}/outcome", report)
    if answer is None:
        return None
    again = answer.get("retry")
    retry = None if again is None else Again(**selected(again, Again))
    return Settlement(**{**selected(answer, Settlement), "retry": retry})


class Breaker(Gate):
    """One breaker: whether to call something that may be down."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(server, "breakers", name)

    def acquire(self, key: str = "", reporter: str | None = None) -> Leave:
        """Asks whether to call now. Who is allowed says afterwards how it went."""
        answer = self._ask({"key": key, "reporter": reporter})
        return Leave(**selected(answer, Leave))

    def settle(
        self, permit: str, outcome: str, duration_ms: int | None = None
    ) -> Settlement | None:
        """Says how the call went: ``success``, ``failure``, ``timeout`` or ``ignored``."""
        return settle(self._server, permit, {"outcome": outcome, "duration_ms": duration_ms})


@dataclass(frozen=True)
class Pass:
    """What a guard answered."""

    allowed: bool
    #: When allowed: what the call is settled with, for all parts at once.
    permit: str | None = None
    #: When denied: the kind and the name of the first policy that denies it, and its reason.
    denied_by: dict[str, str] | None = None
    #: When denied: the shortest wait after which it would be allowed. None: nobody knows, or never.
    retry_after_ms: int | None = None
    #: How long the call may take, where a policy says so.
    timeout_ms: int | None = None
    #: What to answer instead when the call is denied or fails, where a policy says so.
    fallback: dict[str, Any] | None = None
    #: False when nobody answered and the policy's ``when_unreachable`` decided instead.
    reached: bool = True

    @property
    def reason(self) -> str | None:
        """Why it is denied."""
        if self.allowed:
            return None
        return self.denied_by["reason"] if self.denied_by else "unreachable"


class Guard(Gate):
    """One guard: everything that stands before a call, asked as one."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(server, "guards", name)

    def acquire(self, attributes: dict[str, str], attempt: int = 1, cost: int = 1) -> Pass:
        """Asks all policies at once: all are charged, or none is."""
        answer = self._ask({"attributes": attributes, "attempt": attempt, "cost": cost})
        return Pass(**selected(answer, Pass))

    def settle(self, permit: str, outcome: str, **details: Any) -> Settlement | None:
        """Says how the call went, and learns whether it is made again.

        ``details`` is what is known besides: ``duration_ms``, ``error`` (with ``type`` and
        ``status``), ``elapsed_ms``, ``retry_after``, ``previous_delay_ms``.
        """
        return settle(self._server, permit, {"outcome": outcome, **details})


class Retries:
    """One retry policy: whether, and when, a failed call is made again."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._path = f"/v1/retries/{quote(name, safe='')}"

    def next(self, attempt: int, **failure: Any) -> Again:
        """Asks what to do after attempt ``attempt``.

        ``failure`` is what is known of it: ``status``, ``error``, ``elapsed_ms``,
        ``retry_after``, ``previous_delay_ms``. When nobody answers, it is not tried again.
        """
        answer = self._server.ask(f"{self._path}/next", {"attempt": attempt, **failure})
        if answer is None:
            return Again(False, reason="unreachable")
        return Again(**selected(answer, Again))

    def report(self, outcome: str, attempts: int, duration_ms: int) -> None:
        """Says how it ended: ``success`` or ``failure``, after so many attempts."""
        report = {"outcome": outcome, "attempts": attempts, "duration_ms": duration_ms}
        self._server.ask(f"{self._path}/outcomes", report)


def selected(answer: dict[str, Any], form: Any) -> dict[str, Any]:
    """The members of the answer that the form has; more may be there."""
    return {each.name: answer[each.name] for each in fields(form) if each.name in answer}
