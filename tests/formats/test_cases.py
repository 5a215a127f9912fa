"""Every case of the tables in `cases/`: what a file's records must be."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from logtui.formats import FORMATS, detect
from logtui.formats.timestamps import parse_timestamps
from tests.formats.helpers import cut, records_of

if TYPE_CHECKING:
    from logtui.formats.base import Format

CASES = Path(__file__).parent / "cases"


def family_cases() -> list[dict[str, Any]]:
    """The cases of all tables, each with the table's name before its own."""
    return [
        case | {"name": f"{path.stem}: {case['name']}"}
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def comparable(record: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The parts of a record that a case names, as the case would write them."""
    shown: dict[str, Any] = {}
    for key in wanted:
        if key == "fields":
            shown[key] = {name: record.get(f"@{name}") for name in wanted[key]}
        elif key == "timestamp":
            shown[key] = rfc3339(record[key])
        else:
            shown[key] = "" if record[key] is None else record[key]
    return shown


def rfc3339(text: str | None) -> str:
    if text is None:
        return ""
    seconds, fraction = text.split(".")
    fraction = next(fraction[:digits] for digits in (0, 3, 6, 9) if not fraction[digits:].strip("0"))
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"


@pytest.mark.parametrize("block_bytes", [pytest.param(61, marks=pytest.mark.slow), 1_000_000])
@pytest.mark.parametrize("case", family_cases(), ids=lambda case: case["name"])
def test_a_file_gives_the_records_of_its_case(case: dict[str, Any], block_bytes: int) -> None:
    data = case["text"].encode()
    records = records_of(cut(data, range(block_bytes, len(data), block_bytes)))
    rows = records.with_columns(pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S.%9f")).to_dicts()
    assert len(rows) == len(case["records"])
    assert [comparable(row, want) for row, want in zip(rows, case["records"], strict=True)] == case["records"]
    assert records["bytes"].sum() <= len(data)


def timestamp_rows() -> list[tuple[str, str]]:
    lines = (CASES / "timestamps.tsv").read_text("utf-8").splitlines()[1:]
    return [(text, utc) for text, utc in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(("text", "utc"), timestamp_rows())
def test_a_time_is_read_as_its_row_says(text: str, utc: str) -> None:
    read = parse_timestamps(pl.Series([text]))["timestamp"]
    expected = None if utc == "-" else pl.Series([utc]).str.to_datetime(time_unit="ns", time_zone="UTC")[0]
    assert read.dt.timestamp("ns")[0] == (
        None if expected is None else pl.Series([utc]).str.to_datetime(time_unit="ns").dt.timestamp("ns")[0]
    )


def test_times_of_different_shapes_are_read_in_one_column() -> None:
    rows = timestamp_rows()
    together = parse_timestamps(pl.Series([text for text, _ in rows]))["timestamp"]
    assert together.is_not_null().to_list() == [utc != "-" for _, utc in rows]


@pytest.mark.parametrize("log_format", FORMATS, ids=lambda log_format: log_format.name)
def test_a_format_reads_its_own_samples_and_is_detected_by_them(log_format: Format) -> None:
    samples = pl.Series(list(log_format.samples))
    reading = log_format.read(samples)
    assert reading["read"].all()
    assert reading["message"].null_count() == 0
    assert detect(samples).main == log_format.name


@pytest.mark.parametrize("log_format", FORMATS, ids=lambda log_format: log_format.name)
def test_a_format_leaves_what_is_not_its_own(log_format: Format) -> None:
    texts = pl.Series(["", " ", "{", "}", "\0", "plain words", "\ufffd", "=", "[", "<999>", "a=b"])
    reading = log_format.read(texts)
    assert len(reading) == len(texts)
    assert not reading["read"].any() or log_format.name == "priority"


def test_the_help_names_every_format() -> None:
    page = resources.files("logtui.help").joinpath("formats.md").read_text("utf-8")
    assert [each.name for each in FORMATS if f"`{each.name}`" not in page] == []
