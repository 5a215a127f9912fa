"""Which lines continue the record above, for one text and for the text above it in its stream."""

from __future__ import annotations

from typing import Final

from logtui.formats.rows.patterns import matcher, python_pattern
from logtui.formats.rules import ESCAPE
from logtui.formats.traces import CONTINUED, FIRSTS_OF_CONTINUED, FIRSTS_OF_LEADS, LINKS

_ESCAPE: Final = python_pattern(ESCAPE)
_CONTINUED: Final = matcher(CONTINUED)
_NEAREST: Final = [(matcher(above), matcher(below)) for above, below in LINKS[:-1]]
_ABOVE_BLANKS, _BELOW_BLANKS = map(matcher, LINKS[-1])


def without_colours(text: str) -> str:
    """The text without terminal escapes.

    Args:
        text: A line.

    Returns:
        What a terminal shows.
    """
    return _ESCAPE.sub("", text) if "\x1b" in text else text


def looks_continued(text: str) -> bool:
    """Whether a line looks like part of the record above, whatever the format.

    Args:
        text: A line.

    Returns:
        True for indented or closing lines, the frames and causes of traces.
    """
    return text[:1] in FIRSTS_OF_CONTINUED and _CONTINUED(text) is not None


def is_linked(text: str, above: str, filled_above: str) -> bool:
    """Whether a line is part of the record above because of the line above it.

    Args:
        text: A line.
        above: The one above it in its stream.
        filled_above: The last one above it that is not empty.

    Returns:
        True for a lower line of `LINKS`.
    """
    if filled_above[:1] not in FIRSTS_OF_LEADS:
        return False
    if _BELOW_BLANKS(text) is not None and _ABOVE_BLANKS(filled_above) is not None:
        return True
    return any(leads(above) is not None and follows(text) is not None for leads, follows in _NEAREST)
