"""Which lines continue the record above, for one text and for the text above it in its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.rows.patterns import matcher
from logtui.formats.traces import (
    BELOW_HEAD,
    CONTINUED,
    FIRSTS_OF_CONTINUED,
    FIRSTS_OF_LEADS,
    LINKS,
    OVER_BLANKS,
    PART_OF_TRACE,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    _Matcher = Callable[[str], re.Match[str] | None]

_CONTINUED: Final = matcher(CONTINUED)
_PART_OF_TRACE: Final = matcher(PART_OF_TRACE)
_BELOW_HEAD: Final = matcher(BELOW_HEAD)
_LINKS: Final = [(matcher(above), matcher(below)) for above, below in LINKS]
_NEAREST: Final = _LINKS[:-OVER_BLANKS]
_OVER_BLANKS: Final = _LINKS[-OVER_BLANKS:]


def looks_continued(text: str) -> bool:
    """Whether a line looks like part of the record above, whatever the format.

    Args:
        text: A line.

    Returns:
        True for indented or closing lines, the frames and causes of traces.
    """
    return text[:1] in FIRSTS_OF_CONTINUED and _CONTINUED(text) is not None


def is_part_of_trace(text: str) -> bool:
    """Whether a line is part of a trace whatever time or level it names.

    Args:
        text: A line.

    Returns:
        True for lines that no format reads.
    """
    return _PART_OF_TRACE(text) is not None


def is_below_head(text: str) -> bool:
    """Whether a line is part of a record whose head is right above it.

    Args:
        text: A line.

    Returns:
        True for exceptions and for what begins a trace.
    """
    return _BELOW_HEAD(text) is not None


def margin_of(texts: Sequence[str]) -> int:
    """How far all lines of a source are indented.

    Args:
        texts: The source's first lines, none of them empty.

    Returns:
        Blanks before the line that has fewest.
    """
    return min((len(text) - len(text.lstrip(" \t")) for text in texts), default=0)


def without_margin(text: str, margin: int) -> str:
    """The line without the blanks that are before all of its source.

    Args:
        text: A line.
        margin: How many.

    Returns:
        The text, less at most as many blanks.
    """
    if not margin:
        return text
    return text[:margin].lstrip(" \t") + text[margin:]


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
    return _is_pair(above, text, _NEAREST) or _is_pair(filled_above, text, _OVER_BLANKS)


def _is_pair(above: str, below: str, links: Sequence[tuple[_Matcher, _Matcher]]) -> bool:
    return any(leads(above) is not None and follows(below) is not None for leads, follows in links)
