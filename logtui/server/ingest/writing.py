"""Writes records of shippers' protocols as JSON objects that the rest of the program reads like any other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Accepted, Rejection
from logtui.formats.json_keys import role_of
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINE: Final = "@message"
"""The key of a line that is read again, by whatever format it has; `message` is a text that is not."""

_LIMIT: Final = 2**63


def written_time(ns: int) -> str:
    """Write a time so that no reader has to guess its unit.

    Args:
        ns: Epoch nanoseconds.

    Returns:
        RFC 3339 in UTC; the digits if no timestamp can hold it.
    """
    if not -_LIMIT <= ns < _LIMIT:
        return str(ns)
    second, fraction = divmod(ns, 10**9)
    return f"{_second(second)}.{fraction:09}Z" if fraction else f"{_second(second)}Z"


@lru_cache(maxsize=4096)
def _second(second: int) -> str:
    return rfc3339(second * 10**9).removesuffix("Z")


def add_fields(record: dict[str, Any], fields: Mapping[str, Any], origin: str) -> None:
    """Add fields to a record; none of them replaces or outranks what the record states.

    Args:
        record: The record, which is changed.
        fields: Values by name.
        origin: What is put before the name of a field where that would happen, such as `attributes`.
    """
    if not fields:
        return
    stated = {role[0] for key in record if (role := role_of(key))}
    for key, value in fields.items():
        role = role_of(key)
        is_free = key not in record and (role is None or role[0] not in stated)
        record[key if is_free else f"{origin}.{key}"] = value


def accepted_of(records: Sequence[dict[str, Any]], rejections: Sequence[Rejection] = ()) -> Accepted:
    """Accept records that are sound because of how they were made.

    Args:
        records: Objects with a message that is a string.
        rejections: What was not made a record.
    """
    return Accepted(msgspec.json.Encoder().encode_lines(records).rstrip(b"\n"), len(records), tuple(rejections))
