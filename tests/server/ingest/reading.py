"""Reads what translators make, as the worker of a live store does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from logtui.engine.ingest.accept import accept
from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.payloads import Kind
from logtui.store.journal import Frame

if TYPE_CHECKING:
    from logtui.server.ingest.translated import Translated

ARRIVAL = datetime(2025, 10, 7, 16, tzinfo=UTC)


def rows_of(translated: Translated) -> list[dict[str, Any]]:
    """The records that become of a body, without what is null; `accept` must agree to every one of them."""
    accepted = translated.accepted
    if not accepted.count:
        return []
    again = accept(accepted.payload, needs_time=False)
    assert (again.count, again.rejections) == (accepted.count, ())
    frame = Frame(
        kind=Kind.JSON,
        count=accepted.count,
        arrival=int(ARRIVAL.timestamp()) * 10**9,
        payload=accepted.payload,
        first_seq=1,
    )
    records = Decoder().decode([frame]).records
    return [{name: value for name, value in row.items() if value is not None} for row in records.to_dicts()]
