"""A call to the upstream, made through a guard of the control plane: limiter, breaker, retries."""

import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from common.client import Guard, Pass, Retries, Server

#: How long to wait where nobody can say how long: all probes are out.
NOBODY_KNOWS_S = 0.02
#: The names under which errors of a call are reported to the retry policy.
ERRORS: dict[type[Exception], str] = {
    TimeoutError: "timeout",
    ConnectionRefusedError: "connection_refused",
}


class UpstreamClient:
    """Calls the upstream; each thread keeps a connection."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._of_this_thread = threading.local()

    def price(self, call: int, attempt: int) -> tuple[int, str | None]:
        """Asks for a price; returns the status and the header ``Retry-After``."""
        connection: HTTPConnection | None = getattr(self._of_this_thread, "connection", None)
        if connection is None:
            connection = HTTPConnection(self._address, timeout=5)
            self._of_this_thread.connection = connection
        headers = {"X-Call": str(call), "X-Attempt": str(attempt)}
        try:
            connection.request("GET", "/price", headers=headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            connection.close()
            raise
        return response.status, response.headers["Retry-After"]


@dataclass(frozen=True)
class Attempt:
    """What came of asking the upstream once."""

    outcome: str
    status: int | None = None
    error: str | None = None
    retry_after: str | None = None


@dataclass
class Ending:
    """How a call ended, and what happened on the way."""

    #: ``success``, the status of an answer that is final, or the reason of the last no.
    result: str = ""
    attempts: int = 0
    limiter_waits_ms: list[int] = field(default_factory=list)
    #: The breaker's denials: where it stood, why, and for how long.
    denials: list[dict[str, Any]] = field(default_factory=list)
    #: The attempt that failed, and the delay after it.
    retry_delays_ms: list[tuple[int, int]] = field(default_factory=list)
    #: What the breaker became by this call's outcomes.
    transitions: list[str] = field(default_factory=list)


class GuardedUpstream:
    """The upstream behind a guard: a limiter, a breaker and a retry policy, asked as one."""

    def __init__(self, server: Server, name: str, upstream: UpstreamClient) -> None:
        self._guard = Guard(server, name)
        self._retries = Retries(server, name)
        self._upstream = upstream

    def call(self, user: str, number: int, patient: bool = False) -> Ending:
        """Makes one call for ``user``, and again as long as it is told to.

        A patient caller waits while the breaker denies, as long as it is told to; any other
        gives up at once, and can do something else instead.
        """
        ending = Ending()
        began = time.monotonic()
        delay_ms: int | None = None
        while not ending.result:
            leave = self._ask(user, ending, patient)
            if leave.permit is None:
                ending.result = ending.denials[-1]["reason"] if leave.steps else "unreachable"
                break
            attempt, took_ms = self._attempt(number, ending)
            settled = self._guard.settle(
                leave.permit,
                attempt.outcome,
                duration_ms=took_ms,
                error={"type": attempt.error, "status": attempt.status},
                elapsed_ms=milliseconds_since(began),
                retry_after=attempt.retry_after,
                previous_delay_ms=delay_ms,
            )
            if settled and settled.transition:
                made = settled.transition
                ending.transitions.append(f"{made['from']} → {made['to']} ({made['reason']})")
            if attempt.outcome == "success":
                ending.result = "success" if attempt.status == 200 else str(attempt.status)
                break
            again = settled.retry if settled else None
            if again is None or not again.retry or again.delay_ms is None:
                ending.result = (again.reason if again else None) or "failure"
                break
            delay_ms = again.delay_ms
            ending.retry_delays_ms.append((ending.attempts, delay_ms))
            time.sleep(delay_ms / 1000)
        if ending.attempts:
            outcome = "success" if ending.result == "success" else "failure"
            self._retries.report(outcome, ending.attempts, milliseconds_since(began))
        return ending

    def _ask(self, user: str, ending: Ending, patient: bool) -> Pass:
        """Asks the guard, and waits out its limiter; its breaker only when patient."""
        while True:
            leave = self._guard.acquire({"user": user}, attempt=ending.attempts + 1)
            if leave.allowed:
                return leave
            # The longest wait of the parts that deny it; nobody knows how long probes take.
            wait_ms = leave.retry_after_ms
            if denial := leave.denial("breaker"):
                ending.denials.append(denial)
                if not patient:
                    return leave
            elif wait_ms is None:
                raise AssertionError(f"{user} is denied for ever: {leave}")
            else:
                ending.limiter_waits_ms.append(wait_ms)
            time.sleep(NOBODY_KNOWS_S if wait_ms is None else wait_ms / 1000)

    def _attempt(self, number: int, ending: Ending) -> tuple[Attempt, int]:
        """Calls the upstream; returns what came of it, and how long it took."""
        ending.attempts += 1
        began = time.monotonic()
        try:
            status, retry_after = self._upstream.price(number, ending.attempts)
            # A 404 is a healthy answer: only server errors count as failures.
            outcome = "failure" if status >= 500 else "success"
            attempt = Attempt(outcome, status=status, retry_after=retry_after)
        except (OSError, HTTPException) as error:
            outcome = "timeout" if isinstance(error, TimeoutError) else "failure"
            attempt = Attempt(outcome, error=ERRORS.get(type(error), "network"))
        return attempt, milliseconds_since(began)


def milliseconds_since(instant: float) -> int:
    """Whole milliseconds since an instant of ``time.monotonic()``."""
    return int((time.monotonic() - instant) * 1000)
