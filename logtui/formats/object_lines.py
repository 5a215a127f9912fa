"""Finds JSON objects on lines: one per line, several on a line, one over several lines, or elements of an array."""

from __future__ import annotations

import json
import re
from typing import Final

from logtui.formats.rules import BLANKS

ELEMENT: Final = r'^[ \t,\[\x{feff}]*(?P<object>\{[ \t]*".*\})[ \t,\]]*$'
"""A pattern of a line with one object, which may be indented or an element of an array."""

ODD_BEGIN: Final = r'^[ \t,\[\x{feff}]*\{[ \t]*"'
"""A pattern of the begin of a line of `ELEMENT`."""

SEVERAL: Final = r'^[ \t,\[]*\{.*\{[ \t]*"'
"""A pattern of lines that may hold more than one object; most hold an object inside an object."""

INDENTED_OBJECT: Final = r"^[ \t]+\{"

OPENS_OBJECT: Final = r"^\{(?:.*[^}\], \t])?[, \t]*$"
"""A pattern of lines that begin an object and do not end it."""

OPENS_ELEMENT: Final = OPENS_OBJECT.replace("^", "^[ \\t]+")
"""The same behind blanks."""

OPENS_ARRAY: Final = r"^\[[ \t]*$"

OPENS_ARRAY_OF_PAGE: Final = r'^[ \t]+"[\w-]+"[ \t]*:[ \t]*\[[ \t]*$'
"""Right below a lone brace: the object around a page of results, such as `aws logs filter-log-events` prints."""

PUNCTUATION: Final = BLANKS + "[],"
"""A line of nothing but these characters is part of no object of an array."""

HOLDS_RECORD: Final = r'"(?:@?time(?:stamp)?|ts|@t|level|severity|log|@?message|msg|MESSAGE)"[ \t]*:'
"""A pattern of the keys of log records; an object that is a mere value has none of them."""

FREE: Final = -1
"""The region of lines that lie in no object and no array; a region from 0 on is an array with its elements' indent."""

INSIDE: Final = -2
"""The region of lines that lie in an object over several lines."""

_OBJECT: Final = re.compile(r'\{\s*"')
_SEPARATORS: Final = re.compile(r"[\s,\]]*")
_MOST_TRIALS: Final = 64
"""Beginnings of objects that are tried on a broken line; each trial reads on to where the text is no JSON."""

_TAIL_OF_ARRAY: Final = re.compile(r"[\s,]*(?:\]|\Z)")
_decode: Final = json.JSONDecoder().raw_decode
_opens_object: Final = re.compile(OPENS_OBJECT).match
_opens_element: Final = re.compile(OPENS_ELEMENT).match
_opens_array: Final = re.compile(OPENS_ARRAY).match
_opens_array_of_page: Final = re.compile(OPENS_ARRAY_OF_PAGE).match
_odd: Final = re.compile(ODD_BEGIN.replace(r"\x{feff}", "\ufeff")).match
_holds_record: Final = re.compile(HOLDS_RECORD).search
_several: Final = re.compile(SEVERAL).match
_element: Final = re.compile(ELEMENT.replace(r"\x{feff}", "\ufeff"), re.DOTALL).match


def apart(text: str) -> list[str] | None:
    """Split a line that holds several objects, or one behind a broken one.

    Args:
        text: A line.

    Returns:
        Texts that together make up the line, each with at most one object; None if the line is not to be split.
    """
    if not _several(text):
        return None
    pieces: list[str] = []
    begin = at = 0
    for _ in range(_MOST_TRIALS):
        found = _OBJECT.search(text, at)
        if found is None:
            break
        end = _end_of_object(text, found.start())
        broken = text[begin : found.start()]
        if end is None or (broken.strip(PUNCTUATION) and not _is_record(broken, text[found.start() : end])):
            at = found.start() + 1
            continue
        if broken.strip(PUNCTUATION):
            pieces.append(broken)
            begin = found.start()
        at = _SEPARATORS.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing too
        pieces.append(text[begin:at])
        begin = at
    pieces += [text[begin:]] if begin < len(text) else []
    return pieces if len(pieces) > 1 else None


def _end_of_object(text: str, start: int) -> int | None:
    try:
        return _decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _is_record(broken: str, found: str) -> bool:
    """Whether an object behind a broken one is a record of its own, not a value in the broken one."""
    return broken.rstrip()[-1] not in ":[," and _holds_record(found) is not None


def bare_element(text: str) -> str:
    """Strip indentation, commas and array brackets from around the one object of a line; other lines are unchanged."""
    if (text[:1] == "{" and text[-1:] == "}") or not _odd(text):
        return text
    found = _element(text)
    return found["object"] if found else text


def first_object(text: str) -> str | None:
    """The object at the start of a text of several lines, if nothing follows but the end of an array; else None."""
    start = len(text) - len(text.lstrip(BLANKS))
    end = _end_of_object(text, start)
    return text[start:end] if end is not None and _TAIL_OF_ARRAY.match(text, end) else None


def region_of(text: str, above: str, above_that: str, region: int, *, is_first: bool) -> int:
    """Find whether a line is within an object or an array that spans lines.

    Args:
        text: The line.
        above: The line above it.
        above_that: The line above that one.
        region: The region of the line above.
        is_first: Whether no record has begun before.

    Returns:
        `FREE`, `INSIDE`, or the indent of an array's elements.
    """
    indent = len(text) - len(text.lstrip(" \t"))
    if not indent and text.strip(PUNCTUATION):
        return INSIDE if _opens_object(text) else FREE
    is_below_bracket = _opens_array(above) or (above_that == "{" and _opens_array_of_page(above))
    return indent if is_below_bracket or (is_first and _opens_element(text)) else region


def is_element(text: str, region: int) -> bool:
    """Whether a line begins an element of the array in which it lies.

    Args:
        text: The line.
        region: As `region_of` returns it.
    """
    return region >= 0 and text[region : region + 1] == "{" and text[:region].isspace()


def is_indented_object(text: str) -> bool:
    """Whether an object begins on a line behind blanks."""
    return text[:1] in " \t" and text.lstrip(" \t")[:1] == "{"
