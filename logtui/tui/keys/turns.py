"""Dispatches keys one after the other, so that each goes to the widget that the previous key has focused."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from textual.events import Callback

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.dom import DOMNode
    from textual.events import Key


class Turns:
    """Queues keys while the previous key is being handled.

    Textual posts a key to the focused widget, and from there it bubbles up to the application until it is handled.
    Without the queue, keys that are pressed meanwhile, or before the screen is ready, would go to the same widget,
    although the previous key is about to open an input.

    Args:
        hand_on: Posts a key to the focused widget.
        path: Returns the widgets that a key would bubble through now, the focused widget first.
    """

    def __init__(self, hand_on: Callable[[Key], Awaitable[None]], path: Callable[[], Sequence[DOMNode]]) -> None:
        self._hand_on = hand_on
        self._path = path
        self._waiting: deque[Key] = deque()
        self._is_busy = True

    async def begin(self) -> None:
        """Dispatch the keys that were pressed before the screen was ready."""
        await self._next()

    async def take(self, key: Key) -> None:
        """Dispatch a key once all previous keys have been handled."""
        self._waiting.append(key)
        if not self._is_busy:
            await self._next()

    async def _next(self) -> None:
        self._is_busy = bool(self._waiting)
        if self._waiting:
            path = self._path()
            await self._hand_on(self._waiting.popleft())
            await self._follow(path)

    async def _follow(self, path: Sequence[DOMNode]) -> None:
        """Follow the key through the message queues of the widgets that it bubbles through, then dispatch the next key.

        A widget that has closed accepts no message and is skipped.
        """
        for number, node in enumerate(path):
            if node.post_message(Callback(partial(self._follow, path[number + 1 :]))):
                return
        await self._next()
