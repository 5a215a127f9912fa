"""Highlights: what the words of a query match in the messages of logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.condition import Condition

_OPEN, _CLOSE = "<em>", "</em>"
_FIELD: Final = "message"


def highlight_of(condition: Condition, message: str) -> dict[str, object]:
    """Find what to highlight in a log.

    Args:
        condition: The query.
        message: The log's message.

    Returns:
        For `message`, half-open spans in characters, and the text with marks around them; empty if there are none.
    """
    spans = condition.spans(message)
    return {_FIELD: {"spans": spans, "text": _marked(message, spans)}} if spans else {}


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _OPEN, text[start:end], _CLOSE]
        at = end
    return "".join([*parts, text[at:]])
