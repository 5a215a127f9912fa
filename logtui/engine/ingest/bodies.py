"""Splits bodies into JSON values: an array, one object per line, objects one behind the other, or a single object."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from logtui.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS: Final = b" \t\r\n"
_BETWEEN: Final = " \t\r\n,"
_elements: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value_at: Final = json.JSONDecoder().raw_decode
_braces_and_strings: Final = re.compile(r'[\[{]++|[\]}]++|"(?:[^"\\]++|\\.)*+"', re.DOTALL).finditer
_TOO_DEEP: Final = "nested too deep"


class Piece(NamedTuple):
    """A part of a body.

    Attributes:
        text: One JSON value, or text that is none.
        fault: Where the text breaks, in characters from its start; None if it is a JSON value.
        reason: What is wrong there; empty if it is a JSON value.
    """

    text: str
    fault: int | None = None
    reason: str = ""


def as_utf8(body: bytes) -> bytes:
    """The body as valid UTF-8 without a byte order mark; what is not UTF-8 becomes U+FFFD."""
    if body.isascii():
        return body
    return body.decode("utf-8-sig", "replace").encode()


def values_of(body: bytes) -> list[bytes] | list[msgspec.Raw]:
    """Split a body, as far as that is quick.

    Args:
        body: UTF-8, without blanks at its ends.

    Returns:
        The elements of an array, the lines of NDJSON, or else the whole body, for `pieces_of` to split.

    Raises:
        BodyError: If the body begins like no JSON records, or is an array that breaks.
    """
    if body[:1] == b"[":
        return _elements_of(body)
    if body[:1] != b"{":
        found = "an empty body" if not body else f"{body[:20].decode('utf-8', 'replace')!r}"
        raise BodyError(f"expected a JSON array or JSON objects, got {found}", position=0)
    lines = body.split(b"\n")
    return lines if body.count(b"\n{") == len(lines) - 1 else [body]


def _elements_of(array: bytes) -> list[bytes] | list[msgspec.Raw]:
    try:
        return _elements(array)
    except (msgspec.DecodeError, RecursionError):
        return list(_loose_elements(array.decode()))


def _loose_elements(array: str) -> Iterator[bytes]:
    """The elements of an array that only a lenient reader takes, such as one with NaN."""
    try:
        json.loads(array)
    except json.JSONDecodeError as error:
        position = len(array[: error.pos].encode())
        raise BodyError(f"expected JSON, but at byte {position}: {error.msg}", position=position) from error
    except RecursionError as error:
        if not array.endswith("]"):
            raise BodyError(f"expected JSON records, got an array that is {_TOO_DEEP}", position=0) from error
    for piece in pieces_of(array[1:-1]):
        yield piece.text.encode()


def pieces_of(text: str) -> Iterator[Piece]:
    """Split a text into JSON values that stand one behind the other.

    Args:
        text: Values with blanks or commas between them.

    Yields:
        The values; where a text is no value, what is left of its line, or one that is nested too deep.
    """
    place, end = 0, len(text)
    while (place := _next_filled(text, place)) < end:
        try:
            behind = _value_at(text, place)[1]
            yield Piece(text[place:behind])
        except json.JSONDecodeError as error:
            behind = _line_end(text, place)
            yield Piece(text[place:behind], error.pos - place, error.msg)
        except RecursionError:
            behind = _closed(text, place)
            yield Piece(text[place:behind], 0, _TOO_DEEP)
        place = behind


def _next_filled(text: str, place: int) -> int:
    while text[place : place + 1] and text[place] in _BETWEEN:
        place += 1
    return place


def _closed(text: str, place: int) -> int:
    """Where an object or array ends that is nested too deep to be read; the end of its line if it is not closed."""
    depth = 0
    for match in _braces_and_strings(text, place):
        found = match[0]
        depth += len(found) if found[0] in "[{" else -len(found) if found[0] in "]}" else 0
        if depth <= 0:
            return match.end() + depth
    return _line_end(text, place)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
