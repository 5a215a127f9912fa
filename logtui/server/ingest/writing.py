"""Writes records of shippers' protocols as JSON objects that the rest of the program reads like any other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Accepted, Rejection
from logtui.formats.json_keys import role_of
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

LINE: Final = "@message"
"""The key of a line that is read again, by whatever format it has; `message` is a text that is not."""

_LIMIT: Final = 2**63
_encoder: Final = msgspec.json.Encoder()


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
    record.update(zip(free_names(record, fields, origin), fields.values(), strict=True))


def free_names(stated: Collection[str], names: Iterable[str], origin: str) -> list[str]:
    """The names that fields get in a record, as `add_fields` says; `stated` are those that it has."""
    roles = {role[0] for name in stated if (role := role_of(name))}
    taken = set(stated)
    free: list[str] = []
    for name in names:
        role = role_of(name)
        is_free = name not in taken and (role is None or role[0] not in roles)
        free.append(name if is_free else f"{origin}.{name}")
        taken.add(free[-1])
    return free


def accepted_of(records: Iterable[dict[str, Any]], rejections: Sequence[Rejection] = ()) -> Accepted:
    """Accept records that are sound because of how they were made.

    Args:
        records: Objects with a message that is a string; made one by one, they take less CPU than a list of them.
        rejections: What was not made a record.
    """
    payload = _encoder.encode_lines(records).rstrip(b"\n")
    return Accepted(payload, payload.count(b"\n") + 1 if payload else 0, tuple(rejections))
