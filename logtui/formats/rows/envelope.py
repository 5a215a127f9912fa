"""Envelopes around inner lines: how their words are merged, and envelopes whose inner line is read when asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from logtui.formats.declaration import CORE_GROUPS
from logtui.formats.rows.patterns import add_payload
from logtui.formats.rows.reading import Reading
from logtui.formats.rules import INNER_FIRST

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.formats.rows.layouts import Sorting, Values

_PAYLOAD: Final = ("payload", "stream")
_NOT_INNER_FIRST: Final = frozenset((*CORE_GROUPS, *_PAYLOAD)) - set(INNER_FIRST)
_FOUR_DIGITS: Final = re.compile("[0-9]{4}")


def merged(outer: Reading, inner: Reading) -> Reading:
    """Put an envelope around the inner record.

    Args:
        outer: The envelope, or a record whose message is an object.
        inner: What is in it.

    Returns:
        The inner one's own words, the envelope's metadata.
    """
    core = outer.core.copy()
    in_envelope = "payload" in core
    whole = Reading(core, _fields_of_both(outer.fields, inner.fields))
    whole.format = outer.format
    whole.payload_read = in_envelope or inner.payload_read
    if _NOT_INNER_FIRST.isdisjoint(inner.core):
        core.update(inner.core)
        return whole
    for name, value in inner.core.items():
        if in_envelope and name in _PAYLOAD:
            continue
        if name not in core or name in INNER_FIRST or (name == "time_text" and not _FOUR_DIGITS.search(core[name])):
            core[name] = value
    return whole


def _fields_of_both(outer: dict[str, str], inner: dict[str, str]) -> dict[str, str]:
    return {**outer, **inner, **outer} if inner else outer


class InnerLines(Protocol):
    """What reads the inner lines of envelopes."""

    @property
    def read_payload_level(self) -> Callable[[str], str | None]:
        """Reads only the level's word of an inner line; None if that does not suffice."""

    def read_payload(self, text: str) -> Reading | None:
        """Read an inner line, None if no format reads it."""


class Envelope(Reading):
    """A JSON envelope like one that was read before; its inner line is read when somebody asks what it says.

    Args:
        sorting: What the texts of the envelope are for.
        values: Those that differ from envelope to envelope.
        payload: The inner line.
        inner_lines: Reads the inner line.
    """

    __slots__ = ("_inner", "_inner_lines", "_payload", "_sorting", "_values")

    def __init__(self, sorting: Sorting, values: Values, payload: str, inner_lines: InnerLines) -> None:
        self.format = sorting.wrapping.name if sorting.wrapping else None
        self._payload = payload
        self._sorting = sorting
        self._values = values
        self._inner_lines = inner_lines
        self._inner: Reading | bool | None = False

    def text(self, name: str) -> str | None:
        """One of the core texts; those that the inner line may say first are looked for there."""
        if name in INNER_FIRST:
            if name == "level_text" and (word := self._inner_lines.read_payload_level(self._payload)) is not None:
                return word
            inner = self._read_inner()
            said = None if inner is None else inner.text(name)
            if said is not None:
                return said
            if name == "message":
                return self._payload
        return self._sorting.text(name, self._values)

    def field(self, name: str) -> str | None:
        """A field of the envelope itself."""
        return self._sorting.field(name, self._values)

    def __getattr__(self, name: str) -> object:
        if name == "fields":
            outer, inner = self._sorting.envelope_fields(self._values), self._read_inner()
            self.fields = outer if inner is None else _fields_of_both(outer, inner.fields)
            return self.fields
        if name not in ("core", "payload_read"):
            raise AttributeError(name)
        whole = self._sorting.reading(self._values) or Reading({}, {})
        whole.format = self.format
        add_payload(whole, self._payload)
        inner = self._read_inner()
        if inner is not None:
            whole = merged(whole, inner)
        self.core, self.payload_read = whole.core, whole.payload_read
        return getattr(self, name)

    def _read_inner(self) -> Reading | None:
        inner = self._inner
        if isinstance(inner, bool):
            inner = self._inner = self._inner_lines.read_payload(self._payload)
        return inner
