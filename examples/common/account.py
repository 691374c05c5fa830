"""The account of a story: what is told, and whether every claim held."""

import json
import threading
import time


class Account:
    """Prints one line at a time, from any thread, and remembers what failed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self.failures = 0
        self.claims = 0

    def chapter(self, title: str) -> None:
        """Begins the next part of the story."""
        self._print(f"\n{title}")

    def tell(self, line: str) -> None:
        """Tells what happened."""
        self._print(f"  {self._seconds():6.2f} s  {line}")

    def show(self, document: object) -> None:
        """Shows a document as it is, on one line."""
        self._print(f"  {json.dumps(document, ensure_ascii=False)}")

    def claim(self, holds: bool, text: str, detail: object = "") -> bool:
        """States what must be so, and says loudly if it is not."""
        with self._lock:
            self.claims += 1
        if holds:
            self.tell(f"✓ {text}")
        else:
            self.fail(f"{text} {detail}".rstrip())
        return holds

    def fail(self, text: str) -> None:
        """Tells what did not happen as told."""
        with self._lock:
            self.failures += 1
        self._print(f"FAILED: {text}")

    def verdict(self) -> int:
        """The last line of the story, and the exit code."""
        if self.failures:
            self._print(f"\nNot everything happened as told: {self.failures} FAILED.")
            return 1
        self._print(f"\nAll {self.claims} claims held, in {self._seconds():.1f} s.")
        return 0

    def _seconds(self) -> float:
        return time.monotonic() - self._start

    def _print(self, line: str) -> None:
        with self._lock:
            print(line, flush=True)
