from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.ingest.accept import accept
from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.enrich import Enrichment
from logtui.engine.ingest.payloads import Kind, packed
from logtui.errors import JournalError
from logtui.model.record import CORE_SCHEMA
from logtui.store import Store
from logtui.store.journal import Batch, FileJournal
from logtui.store.journal.base import LOST, Frame
from tests.bench.mixes import challenge_mix
from tests.engine.ingest.objects import RECORDS, USUAL
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

ARRIVAL = datetime(2024, 1, 15, 12, tzinfo=UTC)
ARRIVAL_NS = int(ARRIVAL.timestamp()) * 10**9


def frame_of(payload: bytes, count: int, *, kind: int = Kind.JSON, first_seq: int = 1, tenant: str = "") -> Frame:
    return Frame(
        kind=kind,
        count=count,
        arrival=ARRIVAL_NS,
        payload=payload,
        peer="10.0.0.1",
        tenant=tenant,
        first_seq=first_seq,
    )


def texts_frame(*texts: str, first_seq: int = 1) -> Frame:
    return frame_of(packed([text.encode() for text in texts]), len(texts), kind=Kind.TEXT, first_seq=first_seq)


@settings(max_examples=examples(60), deadline=None)
@given(records=st.lists(RECORDS | USUAL, min_size=1, max_size=8), needs_time=st.booleans())
def test_whatever_is_accepted_becomes_a_record_with_a_time_and_a_message(records: list[str], needs_time: bool) -> None:
    taken = accept("\n".join(records).encode(), needs_time=needs_time)
    if not taken.count:
        return
    found = Decoder().decode([frame_of(taken.payload, taken.count, first_seq=7)]).records
    assert found["seq"].to_list() == list(range(7, 7 + taken.count))
    assert found.select("timestamp", "order_time", "message", "raw", "format").null_count().row(0) == (0,) * 5
    assert found["raw"].to_list() == taken.payload.decode().split("\n")


@settings(max_examples=examples(60), deadline=None)
@given(record=USUAL)
def test_a_time_that_was_accepted_is_never_replaced_by_the_arrival(record: str) -> None:
    taken = accept(record.encode())
    if taken.count:
        found = Decoder().decode([frame_of(taken.payload, 1)]).records
        assert found["timestamp"][0] != ARRIVAL


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (999999999, datetime(2001, 9, 9, 1, 46, 39, tzinfo=UTC)),
        (946684800000, datetime(2000, 1, 1, tzinfo=UTC)),
        (1705312800.25, datetime(2024, 1, 15, 10, 0, 0, 250_000, tzinfo=UTC)),
        (1705312800123456, datetime(2024, 1, 15, 10, 0, 0, 123_456, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-01-15", datetime(2024, 1, 15, tzinfo=UTC)),
        ("2024-01-15T10:00:00+02:00", datetime(2024, 1, 15, 8, tzinfo=UTC)),
    ],
)
def test_every_accepted_spelling_of_a_time_is_read(time: object, expected: datetime) -> None:
    taken = accept(json.dumps({"timestamp": time, "message": "x"}).encode())
    assert Decoder().decode([frame_of(taken.payload, 1)]).records["timestamp"][0] == expected


def test_records_have_the_columns_of_every_record_frame_and_their_arrival() -> None:
    record = (
        '{"timestamp":"2024-01-15T10:00:00Z","level":"WARNING","message":"a n=1","service":"api","ms":5,"u":{"id":"x"}}'
    )
    found = Decoder().decode([frame_of(record.encode(), 1, first_seq=3, tenant="acme")]).records
    assert found.columns[: len(CORE_SCHEMA)] == list(CORE_SCHEMA)
    assert dict(list(found.schema.items())[: len(CORE_SCHEMA)]) == CORE_SCHEMA
    row = {name: value for name, value in found.row(0, named=True).items() if value is not None}
    time = datetime(2024, 1, 15, 10, tzinfo=UTC)
    assert row == {
        "timestamp": time,
        "order_time": time,
        "level": "warn",
        "severity_text": "WARNING",
        "service": "api",
        "message": "a n=1",
        "raw": record,
        "source": "10.0.0.1",
        "bytes": len(record),
        "seq": 3,
        "format": "json",
        "ingest_time": ARRIVAL,
        "@tenant": "acme",
        "@ms": "5",
        "@u.id": "x",
        "@n": "1",
    }


def test_frames_of_both_kinds_keep_the_order_of_the_journal() -> None:
    frames = [
        frame_of(b'{"message":"a"}\n{"message":"b"}', 2, first_seq=1),
        texts_frame("<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed", "two\nlines", "", first_seq=3),
        frame_of(b'{"message":"f"}', 1, first_seq=6),
    ]
    found = Decoder().decode(frames).records
    assert found["seq"].to_list() == [1, 2, 3, 4, 5, 6]
    assert found["message"].to_list() == ["a", "b", "Request processed", "two\nlines", "", "f"]
    assert found["format"].to_list() == ["json", "json", "syslog5424", "plain", "plain", "json"]
    assert found["host"][2] == "myhost"


def test_lost_records_are_counted_and_leave_their_numbers_free() -> None:
    lost = Frame(kind=LOST, first_seq=2, count=5, arrival=0, payload=b"")
    found = Decoder().decode([frame_of(b'{"message":"a"}', 1), lost, frame_of(b'{"message":"b"}', 1, first_seq=7)])
    assert found.lost == 5
    assert found.records["seq"].to_list() == [1, 7]


def test_nothing_but_lost_records_is_an_empty_frame() -> None:
    found = Decoder().decode([Frame(kind=LOST, first_seq=1, count=5, arrival=0, payload=b"")])
    assert (len(found.records), found.lost) == (0, 5)
    assert found.records.columns == [*CORE_SCHEMA]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (frame_of(b"{}", 2), "holds 1 records, not 2"),
        (frame_of(b"{}", 1, kind=9), "unknown kind 9"),
    ],
)
def test_a_frame_that_cannot_be_decoded_is_an_error(frame: Frame, message: str) -> None:
    with pytest.raises(JournalError, match=message):
        Decoder().decode([frame])


def test_what_goes_into_the_journal_comes_out_of_a_store(tmp_path: Path) -> None:
    taken = accept(challenge_mix(0, 2_000))
    with FileJournal(tmp_path / "journal") as journal, Store(tmp_path / "store", writable=True) as store:
        for _ in range(3):
            journal.append(Batch(kind=Kind.JSON, count=taken.count, arrival=ARRIVAL_NS, payload=taken.payload))
        found = Decoder(Enrichment(labels={"site": "x"})).decode(list(journal.read(0))).records
        segment = store.seal(found, {})
        kept = segment.lazy().select(*CORE_SCHEMA, "@site", "@duration_ms").collect()
    assert kept.equals(found.select(kept.columns))
    assert kept["seq"].to_list() == list(range(1, 6_001))
    assert kept["raw"].to_list() == taken.payload.decode().split("\n") * 3
    assert kept.select(pl.col("@duration_ms").cast(pl.Int64).max()).item() < 5_000
