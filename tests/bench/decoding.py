"""Records of a mix as a server would store them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.payloads import Kind
from logtui.store.journal import Frame

if TYPE_CHECKING:
    import polars as pl

_SECOND: Final = 10**9


def decoded(lines: bytes, *, first_seq: int = 1, arrival: int = _SECOND) -> pl.DataFrame:
    """Decode NDJSON.

    Args:
        lines: One record per line, a line end behind each.
        first_seq: The number of the first record.
        arrival: When all arrived, epoch nanoseconds.

    Returns:
        A record frame, without what no server may take.
    """
    payload = lines.rstrip(b"\n")
    count = payload.count(b"\n") + 1
    frame = Frame(kind=Kind.JSON, count=count, arrival=arrival, payload=payload, peer="10.0.0.1", first_seq=first_seq)
    return Decoder().decode([frame]).records
