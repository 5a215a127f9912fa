"""Whether a line continues the record above, by its own text and by the line above it in its stream."""

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
    STARTS_OF_CONTINUED,
    STARTS_OF_LEADS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAREST: Final = LINKS[:-OVER_BLANKS]
_OVER_BLANKS: Final = LINKS[-OVER_BLANKS:]
_LEADS: Final = "|".join(leads for leads, _ in LINKS)


def looks_continued(text: str) -> bool:
    """Whether a line looks like part of the record above: indented, a closing bracket, part of a stack trace."""
    # Of the lines that begin with the word for a level, the first character alone lets half through to the pattern.
    return (
        text[:1] in FIRSTS_OF_CONTINUED
        and text.startswith(STARTS_OF_CONTINUED)
        and matcher(CONTINUED)(text) is not None
    )


def is_part_of_trace(text: str) -> bool:
    """Whether a line is surely part of a stack trace, so that no format reads it even if it holds a time or level."""
    return matcher(PART_OF_TRACE)(text) is not None


def is_below_head(text: str) -> bool:
    """Whether a line continues a record if it follows the record's head: an exception, or the begin of a trace."""
    return matcher(BELOW_HEAD)(text) is not None


def margin_of(texts: Sequence[str]) -> int:
    """The indentation that all lines of a source share, characters.

    Args:
        texts: The source's first lines, none of them empty.
    """
    return min((len(text) - len(text.lstrip(" \t")) for text in texts), default=0)


def without_margin(text: str, margin: int) -> str:
    """Remove the margin, the indentation of the whole source, from a line; nothing but blanks is removed."""
    if not margin:
        return text
    return text[:margin].lstrip(" \t") + text[margin:]


def leads_on(text: str) -> bool:
    """Whether the line below may continue the record because of this line: it is the first of a pair of `LINKS`."""
    return text[:1] in FIRSTS_OF_LEADS and text.startswith(STARTS_OF_LEADS) and matcher(_LEADS)(text) is not None


def is_linked(text: str, above: str, filled_above: str) -> bool:
    """Whether a line continues the record above because both form a pair of `LINKS`.

    Args:
        text: A line.
        above: The line above it in its stream.
        filled_above: The last line above it that is not empty.
    """
    if not leads_on(filled_above):
        return False
    return _is_pair(above, text, _NEAREST) or _is_pair(filled_above, text, _OVER_BLANKS)


def _is_pair(above: str, below: str, links: Sequence[tuple[str, str]]) -> bool:
    return any(matcher(leads)(above) is not None and matcher(follows)(below) is not None for leads, follows in links)
