"""Makes record frames of the journal's frames: each record gets its number, its arrival and its sender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.ingest.enrich import INGEST_TIME, Enrichment
from logtui.engine.ingest.fast_json import FastJson
from logtui.engine.ingest.payloads import Kind, unpacked
from logtui.engine.ingest.placing import placed
from logtui.engine.ingest.text_reader import read_texts
from logtui.errors import JournalError
from logtui.formats import with_message_fields
from logtui.model.record import CORE_SCHEMA, NO_RECORDS, TIME_DTYPE, field_columns
from logtui.store.journal.base import LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.store.journal.base import Frame

_RECEIVED: Final[dict[str, pl.DataType]] = {
    "seq": pl.UInt64(),
    INGEST_TIME: TIME_DTYPE,
    "source": pl.String(),
    "tenant": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """What frames of the journal held.

    Attributes:
        records: A record frame in the order of `seq`.
        lost: Records that were damaged in the journal.
    """

    records: pl.DataFrame
    lost: int


class Decoder:
    """Decodes a journal. One thread may use it.

    Args:
        enrichment: What is added to each record.
    """

    def __init__(self, enrichment: Enrichment | None = None) -> None:
        self._enrichment = enrichment or Enrichment()
        self._json = FastJson()

    def decode(self, frames: Sequence[Frame]) -> Decoded:
        """Make records of frames; 32,768 records or more at once cost least.

        Args:
            frames: Consecutive frames of a journal.

        Returns:
            Exactly as many records as the frames count, and the number of those that are lost.

        Raises:
            JournalError: If a frame is of an unknown kind, or does not hold as many records as it counts.
        """
        parts = [self._read(kind, found) for kind in Kind if (found := [each for each in frames if each.kind == kind])]
        unknown = next((each for each in frames if each.kind not in (*Kind, LOST)), None)
        if unknown is not None:
            raise JournalError(f"frame {unknown.first_seq} of the journal is of the unknown kind {unknown.kind}")
        lost = sum(each.count for each in frames if each.kind == LOST)
        if not parts:
            return Decoded(NO_RECORDS, lost)
        records = parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal").sort("seq")
        return Decoded(self._enrichment.apply(with_message_fields(records)), lost)

    def _read(self, kind: Kind, frames: Sequence[Frame]) -> pl.DataFrame:
        """The records of frames of one kind."""
        texts = pl.concat([_texts_of(frame) for frame in frames])
        reading = self._json.read(texts) if kind == Kind.JSON else read_texts(texts)
        return _shaped(reading.with_columns(_received(frames).get_columns()), texts)


def _texts_of(frame: Frame) -> pl.Series:
    """The records of a frame as texts."""
    if frame.kind == Kind.JSON:
        texts = pl.Series("raw", [frame.payload.decode()]).str.split("\n").explode()
    else:
        texts = pl.Series("raw", [text.decode("utf-8", "replace") for text in unpacked(frame.payload)], pl.String)
    if len(texts) != frame.count:
        raise JournalError(f"frame {frame.first_seq} of the journal holds {len(texts)} records, not {frame.count}")
    return texts


def _received(frames: Sequence[Frame]) -> pl.DataFrame:
    """The number, arrival, sender and tenant of each record."""
    heads = pl.DataFrame(
        {
            "seq": [range(frame.first_seq, frame.last_seq + 1) for frame in frames],
            INGEST_TIME: [frame.arrival for frame in frames],
            "source": [frame.peer for frame in frames],
            "tenant": [frame.tenant or None for frame in frames],
        },
        schema=_RECEIVED | {"seq": pl.List(pl.UInt64), INGEST_TIME: pl.Int64},
    )
    return heads.explode("seq").with_columns(pl.col(INGEST_TIME).cast(TIME_DTYPE))


def _shaped(reading: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """A reading as a record frame, with `tenant`."""
    records = placed(reading.with_columns(raw=texts)).with_columns(
        format=pl.col("format").fill_null("plain"),
        message=pl.col("message").fill_null(pl.col("raw")),
        bytes=pl.col("raw").str.len_bytes().cast(pl.UInt64),
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in CORE_SCHEMA.items() if name not in records.columns]
    fields = [name for name in field_columns(records) if records[name].null_count() < len(records)]
    return records.with_columns(missing).select(*CORE_SCHEMA, "tenant", *fields)
