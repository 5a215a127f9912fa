"""Logs as the JSON objects of an answer: those of the export to JSON Lines, with `id` and `highlight`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from logtui.export.cells import json_object
from logtui.server.search.highlights import highlights_of
from logtui.server.search.parameters import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.engine.search.condition import Condition

_OWN = ("id", "highlight")


def check_fields(fields: Sequence[str]) -> None:
    """Make sure that no wanted member has the name of one that every log has.

    Raises:
        ProblemError: 400 if one has.
    """
    for name in fields:
        if name in _OWN:
            raise refused(f"{name!r} is a member of every log", suggestion=f"write '@{name}' for the field")


def log_objects(
    records: pl.DataFrame, fields: Sequence[str] | None, condition: Condition | None = None
) -> list[msgspec.Raw]:
    """Write logs as JSON objects.

    Args:
        records: The records, with all columns.
        fields: The members they should have; None for whole records.
        condition: The query whose words are highlighted; None highlights nothing.
    """
    members = [[b'"id":%d' % (number or 0)] for number in records["seq"]]
    for own, text in zip(members, json_object(records, fields), strict=True):
        own.append(text[1:-1].encode())
    if condition is not None:
        for own, highlight in zip(members, highlights_of(condition, records), strict=True):
            own.append(b'"highlight":' + msgspec.json.encode(highlight))
    return [msgspec.Raw(b"{" + b",".join(filter(None, own)) + b"}") for own in members]
