"""Keys, one after the other: each finds the keyboard where the key before it has put it."""

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
    """Holds keys back while the key before them is on its way.

    The library hands a key to the widget that has the keyboard, from where it climbs to the application as what no
    widget minds. Keys that are pressed meanwhile, or before the screen was up, would still go to that widget, although
    the key before them is about to open an input.

    Args:
        hand_on: Starts a key on its way.
        path: The widgets that a key climbs over at present, the first one first.
    """

    def __init__(self, hand_on: Callable[[Key], Awaitable[None]], path: Callable[[], Sequence[DOMNode]]) -> None:
        self._hand_on = hand_on
        self._path = path
        self._waiting: deque[Key] = deque()
        self._is_busy = True

    async def begin(self) -> None:
        """Hand on what was pressed before the screen was up."""
        await self._next()

    async def take(self, key: Key) -> None:
        """Hand a key on when it is its turn."""
        self._waiting.append(key)
        if not self._is_busy:
            await self._next()

    async def _next(self) -> None:
        self._is_busy = bool(self._waiting)
        if self._waiting:
            path = self._path()
            await self._hand_on(self._waiting.popleft())
            await self._climb(path)

    async def _climb(self, path: Sequence[DOMNode]) -> None:
        """Go behind the key through the queues of the widgets that it climbs over; one that has closed takes none."""
        for number, node in enumerate(path):
            if node.post_message(Callback(partial(self._climb, path[number + 1 :]))):
                return
        await self._next()
