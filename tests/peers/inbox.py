"""What arrived, in order, for a thread that waits for something in particular."""

from __future__ import annotations

import threading
import time
from typing import Callable, Generic, TypeVar

Item = TypeVar("Item")


class NotSeen(AssertionError):
    """The awaited item did not come. The message says what was awaited and what came instead."""


class Inbox(Generic[Item]):
    """An item is taken by at most one wait; the others see it only in `history`."""

    def __init__(self, owner: str, shown: int = 25) -> None:
        self._owner = owner
        self._shown = shown
        self._changed = threading.Condition()
        self._pending: list[Item] = []
        self._closed = False
        self.history: list[Item] = []

    def put(self, item: Item) -> None:
        with self._changed:
            self._pending.append(item)
            self.history.append(item)
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more will come: whoever waits gives up at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def clear(self) -> None:
        """Forgets what nobody took."""
        with self._changed:
            self._pending.clear()

    def take(self, wanted: Callable[[Item], bool], timeout: float, what: str = "") -> Item:
        """The first pending item that is `wanted`; NotSeen after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        looked = 0
        with self._changed:
            while True:
                for index in range(looked, len(self._pending)):
                    if wanted(self._pending[index]):
                        return self._pending.pop(index)
                looked = len(self._pending)
                left = deadline - time.monotonic()
                if left <= 0 or self._closed:
                    raise NotSeen(self._complaint(what or getattr(wanted, "what", "the awaited item")))
                self._changed.wait(left)

    def take_pending(self, wanted: Callable[[Item], bool]) -> list[Item]:
        """All pending items that are `wanted`, without waiting."""
        with self._changed:
            found = [item for item in self._pending if wanted(item)]
            self._pending = [item for item in self._pending if not wanted(item)]
            return found

    def _complaint(self, what: str) -> str:
        end = "closed" if self._closed else "timed out"
        recent = "\n".join(f"    {item}" for item in self.history[-self._shown :])
        return f"{self._owner}: {end} waiting for {what}; last seen:\n{recent or '    nothing'}"
