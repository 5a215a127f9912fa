"""Times of any shape are read as they were written, in columns and in rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats import clock
from logtui.formats.moments import learn_orders
from logtui.formats.rows import TimeReader, times
from logtui.formats.timestamps import parse_timestamps

LAYOUTS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y-%m-%d-%H.%M.%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%d-%H:%M:%S",
    "%d/%b/%Y:%H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S",
    "%A, %d-%b-%y %H:%M:%S",
    "%a %b %e %H:%M:%S %Y",
    "%b %d %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S",
    "%y%m%d %H:%M:%S",
    "%s",
)
"""In the years of the test, each of these says all there is to say."""

instants = st.datetimes(datetime(2001, 9, 10), datetime(2037, 12, 31)).map(
    lambda t: t.replace(microsecond=0, tzinfo=UTC)
)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(st.lists(instants, min_size=1, max_size=5))
def test_a_time_in_any_layout_reads_back(layout: str, times: list[datetime]) -> None:
    texts = [str(round(time.timestamp())) if layout == "%s" else time.strftime(layout) for time in times]
    wanted = [round(time.timestamp()) * 10**9 for time in times]
    orders = learn_orders(texts)
    assert parse_timestamps(pl.Series(texts), orders)["timestamp"].dt.timestamp("ns").to_list() == wanted
    reader = TimeReader(orders=orders)
    assert [time.ns for text in texts if (time := reader.read(text))] == wanted


@given(
    st.from_regex(
        r"[0-9]{1,4}[-/.:][0-9]{1,2}[-/.:][0-9]{1,4}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3})?)?", fullmatch=True
    )
)
def test_whatever_looks_like_a_date_is_read_alike(text: str) -> None:
    column = parse_timestamps(pl.Series([text]))["timestamp"].dt.timestamp("ns")[0]
    time = TimeReader().read(text)
    assert (time.ns if time else None) == column


def test_a_column_of_dates_is_read_in_the_order_that_the_source_calls_for() -> None:
    orders = learn_orders(["03/04/2025 10:00:00", "13/04/2025 10:00:00"])
    read = parse_timestamps(pl.Series(["05/06/2025 10:00:00"]), orders)["timestamp"]
    assert read.dt.strftime("%m-%d").to_list() == ["06-05"]


@given(instants, st.integers(-14 * 60, 14 * 60))
def test_times_of_a_zone_with_an_offset_are_the_same_instants(time: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    written = pl.Series([time.replace(tzinfo=None)], dtype=pl.Datetime("ns")).dt.replace_time_zone("UTC")
    instant = clock.in_zone(written, zone).dt.timestamp("ns").item()
    assert instant == times.in_zone(int(time.timestamp()) * 10**9, zone)
    assert instant == int(time.replace(tzinfo=zone).timestamp()) * 10**9
