"""Envelopes: how an envelope and its inner record are merged, and envelopes that read their inner line lazily."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from logtui.formats.declaration import CORE_GROUPS
from logtui.formats.rows.patterns import add_payload
from logtui.formats.rows.reading import Reading
from logtui.formats.rules import INNER_FIRST

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.formats.rows.layouts import ReadingPlan, Values
    from logtui.formats.rows.reading import Head

_PAYLOAD: Final = ("payload", "stream")
_NOT_INNER_FIRST: Final = frozenset((*CORE_GROUPS, *_PAYLOAD)) - set(INNER_FIRST)
_FOUR_DIGITS: Final = re.compile("[0-9]{4}")


def merged(outer: Reading, inner: Reading) -> Reading:
    """Merge an envelope and the record in it.

    Args:
        outer: The reading of the envelope, or of a record whose message is an object.
        inner: The reading of the record inside.

    Returns:
        A reading with the inner record's core texts, such as level and message, and the fields of both; of a field that
        both have, the envelope's value.
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
    # The first `outer` only puts its keys first; the last one makes its values win.
    return {**outer, **inner, **outer} if inner else outer


class InnerLines(Protocol):
    """What reads the inner lines of envelopes."""

    @property
    def read_payload_head(self) -> Callable[[str], Head | None]:
        """Reads only the level's word and the message of an inner line; None if that does not suffice."""

    def read_payload(self, text: str) -> Reading | None:
        """Read an inner line, None if no format reads it."""


class Envelope(Reading):
    """The reading of a JSON envelope that reads the inner line only when one of its texts is asked for.

    Args:
        plan: The envelope's reading plan.
        values: The envelope's strings and numbers, as the plan takes them.
        payload: The inner line.
        inner_lines: Reads the inner line.
    """

    __slots__ = ("_inner", "_inner_lines", "_payload", "_plan", "_values")

    def __init__(self, plan: ReadingPlan, values: Values, payload: str, inner_lines: InnerLines) -> None:
        self.format = plan.format
        self._payload = payload
        self._plan = plan
        self._values = values
        self._inner_lines = inner_lines
        self._inner: Reading | bool | None = False

    def head(self) -> Head | None:
        """The head of the inner line; None if only its whole reading can tell it."""
        return self._inner_lines.read_payload_head(self._payload)

    def text(self, name: str) -> str | None:
        """A core text; for those in `INNER_FIRST` the inner line's value wins over the envelope's."""
        if name in INNER_FIRST:
            inner = self._read_inner()
            said = None if inner is None else inner.text(name)
            if said is not None:
                return said
            if name == "message":
                return self._payload
        return self._plan.text(name, self._values)

    def field(self, name: str) -> str | None:
        """A field of the envelope itself."""
        return self._plan.field(name, self._values)

    def __getattr__(self, name: str) -> object:
        if name == "fields":
            outer, inner = self._plan.envelope_fields(self._values), self._read_inner()
            self.fields = outer if inner is None else _fields_of_both(outer, inner.fields)
            return self.fields
        if name not in ("core", "payload_read"):
            raise AttributeError(name)
        whole = self._plan.reading(self._values) or Reading({}, {})
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
