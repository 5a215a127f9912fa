"""Highlights: what the words of a query match in the messages of logs, and its conditions in their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.model.record import FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.engine.search.condition import Condition

    Highlight = dict[str, dict[str, object]]

_OPEN, _CLOSE = "<em>", "</em>"
_MESSAGE: Final = "message"


def highlights_of(condition: Condition, records: pl.DataFrame) -> list[Highlight]:
    """Find what to highlight in logs.

    Args:
        condition: The query.
        records: The logs, with all columns.

    Returns:
        For each log, by `message` and the names of fields: half-open spans in characters, and the text with marks
        around them. What has no spans is left out.
    """
    in_messages = [condition.spans(message or "") for message in records[_MESSAGE]]
    spans = {_MESSAGE: in_messages, **condition.field_spans(records)}
    found: list[Highlight] = [{} for _ in in_messages]
    for column, by_log in spans.items():
        for highlight, places, text in zip(found, by_log, records[column], strict=True):
            if places:
                highlight[column.removeprefix(FIELD_PREFIX)] = {"spans": places, "text": _marked(text, places)}
    return found


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _OPEN, text[start:end], _CLOSE]
        at = end
    return "".join([*parts, text[at:]])
