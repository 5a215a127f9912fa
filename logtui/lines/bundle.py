"""Takes apart JSON documents that bundle many records: an array on one line, alone or in an object around it.

CloudTrail delivers `{"Records":[...]}`, Azure `{"records":[...]}`, CloudWatch subscriptions
`{"messageType":"DATA_MESSAGE",...,"logEvents":[...]}`: one line of up to hundreds of megabytes, or several documents
without anything between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.lines.marker import Marker
from logtui.lines.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD_BYTES: Final = 8192
"""A document is taken for a bundle by so many bytes of it; the first record of CloudTrail has its time far behind."""

_MOST_BYTES: Final = 1024 * 1024
"""A value without a brace is no longer than this; else the bundle is broken."""

_STRING: Final = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
_TO_BRACE: Final = rb'[^"{}]*+(?:' + _STRING + rb'[^"{}]*+)*+'
_VALUE: Final = rb"[ \t]*+:[ \t]*+(?:" + _STRING + rb"|\[[^]{}\n]*+\])[ \t]*+,[ \t]*+"
_AROUND: Final = rb'"(?:messageType|owner|logGroup|logStream|subscriptionFilters)"'
_ARRAY: Final = rb'"(?:[Rr]ecords|logEvents)"'

_HEAD: Final = (
    rb"[ \t]*+(?:\[|\{[ \t]*+(?:" + _AROUND + _VALUE + rb")*+" + _ARRAY + rb"[ \t]*+:[ \t]*+\[)[ \t]*+(?=\{[ \t]*+\")"
)
_MAY_BE_HEAD: Final = (
    rb'[ \t]*+(?:\Z|\[[ \t]*+(?:\{|\Z)|\{[ \t]*+(?:\Z|"[A-Za-z]*+\Z|' + _AROUND + rb"|" + _ARRAY + rb"))"
)
_HOLDS_TIME: Final = rb'"(?:@|event)?[tT]ime(?:[sS]tamp)?"[ \t]*+:|"(?:ts|@t|date)"[ \t]*+:'
_BRACE: Final = rb"(?s)" + _TO_BRACE + rb"([{}])"
_BROKEN: Final = rb"(?s)" + _TO_BRACE + rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+\n'
_BLANKS: Final = rb"[ \t\r\n]*+"
_NO_LINE_END: Final = rb"[^\r\n]"


class Bundle(Marker):
    r"""Marks the records of a source's bundles as lines, in place, so that no byte gets another offset.

    The comma or bracket behind a record becomes `\r`, which ends a line of the same number. What is around the records
    becomes NULs, a hole between lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._is_framed = False

    def _may_begin(self, block: bytes) -> bool:
        first = block.lstrip(b" \t")[:1]
        return first in (b"[", b"{", b"") and compiled(_MAY_BE_HEAD).match(block) is not None

    def _at_start(self, data: bytearray, at: int) -> int:
        """The first document decides whether the source is one of bundles."""
        reached = self._between(data, at)
        self.is_absent = self._step == self._on_other_line
        return len(data) if self.is_absent else reached

    def _between(self, data: bytearray, at: int) -> int:
        """At the start of a document or line."""
        line_end = data.find(b"\n", at, at + _HEAD_BYTES)
        if line_end < 0 and len(data) - at < _HEAD_BYTES and not self._is_final:
            return at
        end = at + _HEAD_BYTES if line_end < 0 else line_end
        head = compiled(_HEAD).match(data, at, end)
        if head is None or not compiled(_HOLDS_TIME).search(data, head.end(), end):
            self._step = self._on_other_line
            return at
        self._is_framed = b"{" in head[0]
        _hide(data, at, head.end())
        self._enter(self._in_record, 0)
        return head.end()

    def _on_other_line(self, data: bytearray, at: int) -> int:
        return self._behind_line(data, at, self._between)

    def _in_record(self, data: bytearray, at: int) -> int:
        return self._to_brace(data, at, self._behind_record)

    def _behind_record(self, data: bytearray, at: int) -> int:
        at = _end_of_blanks(data, at)
        mark = bytes(data[at : at + 1])
        if mark in (b",", b"]"):
            data[at : at + 1] = b"\r"
            at += 1
            self._enter(
                self._before_record if mark == b"," else self._in_frame if self._is_framed else self._between, 1
            )
        elif mark:
            self._step = self._on_other_line
        return at

    def _before_record(self, data: bytearray, at: int) -> int:
        begin, at = at, _end_of_blanks(data, at)
        _hide(data, begin, at)
        if at < len(data):
            self._enter(self._in_record if data[at] == ord("{") else self._behind_record, 0)
        return at

    def _in_frame(self, data: bytearray, at: int) -> int:
        """Behind the array: the rest of the object around it."""
        end = self._to_brace(data, at, self._between)
        _hide(data, at, end)
        return end

    def _to_brace(self, data: bytearray, at: int, then: Callable[[bytearray, int], int]) -> int:
        """Go on to the brace that ends the object, or to the last brace that is there."""
        while brace := compiled(_BRACE).match(data, at, at + _MOST_BYTES):
            at = brace.end()
            self._depth += 1 if brace[1] == b"{" else -1
            if self._depth == 0:
                self._step = then
                return at
        if len(data) - at >= _MOST_BYTES or compiled(_BROKEN).match(data, at):
            self._step = self._on_other_line
        return at

    def _enter(self, step: Callable[[bytearray, int], int], depth: int) -> None:
        self._step, self._depth = step, depth


def _end_of_blanks(data: bytearray, at: int) -> int:
    found = compiled(_BLANKS).match(data, at)
    return found.end() if found else at


def _hide(data: bytearray, begin: int, end: int) -> None:
    data[begin:end] = compiled(_NO_LINE_END).sub(b"\0", data[begin:end])
