from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from logtui.engine.ingest.placing import placed
from logtui.engine.ingest.text_reader import read_texts

NEW_YEAR = datetime(2024, 1, 1, 0, 0, 10, tzinfo=UTC)


def times_of(texts: list[str], arrival: datetime) -> pl.DataFrame:
    raw = pl.Series("raw", texts)
    arrived = pl.Series("ingest_time", [arrival] * len(texts), dtype=pl.Datetime("ns", "UTC"))
    return placed(read_texts(raw).with_columns(raw, arrived))


@pytest.mark.parametrize(
    ("text", "arrival", "expected"),
    [
        ("<34>Dec 31 23:59:59 web su: failed", NEW_YEAR, datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("<34>Jan  1 00:00:05 web su: failed", NEW_YEAR, datetime(2024, 1, 1, 0, 0, 5, tzinfo=UTC)),
        ("<34>Jan  1 12:00:00 web su: ahead", NEW_YEAR, datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("<34>Feb 29 12:00:00 web su: leap", datetime(2025, 3, 1, tzinfo=UTC), datetime(2024, 2, 29, 12, tzinfo=UTC)),
        (
            "<34>Jan  1 00:00:05 web su: x",
            datetime(2023, 12, 31, 23, 59, tzinfo=UTC),
            datetime(2024, 1, 1, 0, 0, 5, tzinfo=UTC),
        ),
        ("no time at all", NEW_YEAR, NEW_YEAR),
    ],
)
def test_a_time_without_a_year_is_the_nearest_to_the_arrival(text: str, arrival: datetime, expected: datetime) -> None:
    assert times_of([text], arrival)["timestamp"].to_list() == [expected]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("00:00:05", datetime(2024, 1, 1, 0, 0, 5, tzinfo=UTC)),
        ("00:30:00", datetime(2024, 1, 1, 0, 30, tzinfo=UTC)),
        ("23:59:59", datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_date_is_the_nearest_to_the_arrival(clock: str, expected: datetime) -> None:
    text = f'{{"time":"{clock}","message":"x"}}'
    assert times_of([text], NEW_YEAR)["timestamp"].to_list() == [expected]


def test_records_do_not_lend_each_other_their_years() -> None:
    texts = ["<34>Dec 31 23:59:59 web su: a", "<34>Jan  1 00:00:05 web su: b", "<34>Dec 30 10:00:00 web su: c"]
    years = times_of(texts, NEW_YEAR)["timestamp"].dt.year().to_list()
    assert years == [2023, 2024, 2023]


@pytest.mark.parametrize(
    ("time", "is_sound"),
    [
        (NEW_YEAR, True),
        (NEW_YEAR - timedelta(days=4000), True),
        (NEW_YEAR + timedelta(hours=23), True),
        (NEW_YEAR + timedelta(hours=25), False),
        (datetime(1970, 6, 1, tzinfo=UTC), False),
    ],
)
def test_an_odd_time_is_kept_and_ordered_by_its_arrival(time: datetime, *, is_sound: bool) -> None:
    found = times_of([f'{{"timestamp":"{time.isoformat()}","message":"x"}}'], NEW_YEAR)
    assert found["timestamp"].to_list() == [time]
    assert found["order_time"].to_list() == [time if is_sound else NEW_YEAR]
