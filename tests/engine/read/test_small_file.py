"""A small file that is read at once gives the records that it gives alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.read.batch import Records, final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.engine.read.small_file import small_file
from logtui.engine.read.source_reader import SourceReader
from logtui.sources import FileSource, FollowedFile
from tests.examples import examples
from tests.formats.helpers import pool
from tests.formats.test_blocks import IN_PODS, LINES, PARTS_OF_TRACES
from tests.formats.test_rows import MORE_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[3] / "sample_data").rglob("*")
    if path.is_file() and path.suffix not in (".py", ".pyc") and path.stat().st_size <= 32_768
)
OLD = 1_760_000_000


def records_of(paths: Sequence[Path], options: ReadOptions, *, at_once: bool) -> pl.DataFrame:
    reader = Reader(list(map(str, paths)), options, at_once=at_once)
    frames = list(final_frames(reader.batches()))
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame()


def check_equal(paths: Sequence[Path], options: ReadOptions) -> None:
    found, expected = (records_of(paths, options, at_once=at_once) for at_once in (True, False))
    assert_frame_equal(found, expected, check_column_order=False)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.one_of(LINES, IN_PODS, PARTS_OF_TRACES, MORE_LINES), min_size=1, max_size=12),
        min_size=2,
        max_size=3,
    ),
    st.sampled_from([ReadOptions(), ReadOptions(message_fields=True, zones=(("*", ZoneInfo("Asia/Tokyo")),))]),
)
def test_lines_of_any_formats_give_the_same_records_at_once(
    tmp_path: Path, files: list[list[str]], options: ReadOptions
) -> None:
    paths = [tmp_path / f"{number}.log" for number in range(len(files))]
    for path, lines in zip(paths, files, strict=True):
        path.write_text("\n".join(lines))
        os.utime(path, (OLD, OLD))
    found, expected = (records_of(paths, options, at_once=at_once) for at_once in (True, False))
    # By columns, records before the first time take their order from it only if they are read together with it.
    by_place = [each.drop("order_time", "seq").sort("source", "offset") for each in (found, expected)]
    assert_frame_equal(*by_place, check_column_order=False)


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_gives_the_same_records_at_once(path: Path, tmp_path: Path) -> None:
    (tmp_path / "other.log").write_text("one\n")
    check_equal([path, tmp_path / "other.log"], ReadOptions(message_fields=True))


@pytest.mark.parametrize("times", [[None, 5, 3, None, 9, 10**19, -1], [None], [10**18, None, 2 * 10**18]])
def test_order_times_never_fall_and_odd_times_make_none(tmp_path: Path, times: list[int | None]) -> None:
    lines = ["text" if time is None else f"{time} INFO numbered" for time in times]
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text("\n".join(lines))
    check_equal([tmp_path / "a.log", tmp_path / "b.log"], ReadOptions())


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2025-07-22 12:34:56 ERROR could not connect\nlevel=info msg=x\n")
    source = FileSource(tmp_path / "a.log")
    small = small_file(source, ReadOptions(), ())
    assert small is not None
    assert small.records["level"].to_list() == ["error", "info"]
    assert source.position() == small.size == source.size
    assert small.detection.main != "plain"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x\n" * 20_000,
        b"with\0 a NUL\n",
        b"caf\xe9\n",
        "wide\n".encode("utf-16"),
        b"[23:59:59 INF] clock\n[06:00:00 INF] clock\n",
    ],
    ids=["empty", "large", "nul", "latin", "wide", "dateless"],
)
def test_what_only_the_column_readers_count_is_left_to_them(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.log").write_bytes(data)
    assert small_file(FileSource(tmp_path / "a.log"), ReadOptions(), ()) is None


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def grown(path: Path, more: str, *, at_once: bool = True) -> pl.DataFrame:
    """The records of a small file that is followed, to which something is written once it has been read."""
    source, has_grown, final = FollowedFile(path), False, list[pl.DataFrame]()
    for batch in SourceReader(source, ReadOptions(), pool(), is_one_of_many=at_once).batches():
        if isinstance(batch, Records):
            final.append(batch.frame)
        elif not has_grown:
            has_grown = True
            append(path, more)
        elif source.position() == path.stat().st_size:
            source.close()
            return pl.concat([*final, batch.frame], how="diagonal")
    raise AssertionError


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(10), deadline=None)
@given(st.lists(st.one_of(LINES, IN_PODS, PARTS_OF_TRACES), min_size=2, max_size=16), st.integers(1, 15))
def test_a_small_file_that_grows_gives_its_records_once(tmp_path: Path, lines: list[str], border: int) -> None:
    first, more = ("".join(f"{line}\n" for line in part) for part in (lines[:border], [*lines[border:], "one more"]))
    path, found = tmp_path / "a.log", list[pl.DataFrame]()
    for at_once in (True, False):
        path.write_text(first)
        records = grown(path, more, at_once=at_once)
        found.append(records.drop("order_time").sort("offset"))
    assert_frame_equal(*found, check_column_order=False)


def test_a_small_file_that_grows_is_not_told_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("2025-07-22 12:34:56 ERROR one\n2025-07-22 12:34:57 ERROR two\n")
    found = grown(path, "  more of two\n2025-07-22 12:34:58 ERROR three\n")
    assert found["message"].to_list() == ["one", "two\n  more of two", "three"]
    assert found["seq"].to_list() == [0, 1, 2]


@pytest.mark.parametrize("grows", [False, True])
def test_a_small_file_that_is_cut_goes_on_with_what_is_written_next(tmp_path: Path, grows: bool) -> None:
    path = tmp_path / "a.log"
    path.write_text("2025-07-22 12:34:56 ERROR one\n2025-07-22 12:34:57 ERROR two\n")
    steps: list[Callable[[], object]] = [lambda: path.write_text("new\n")]
    if grows:
        steps.insert(0, lambda: append(path, "2025-07-22 12:34:58 ERROR three\n"))
    source, final = FollowedFile(path), list[str]()
    for batch in SourceReader(source, ReadOptions(), pool(), is_one_of_many=True).batches():
        if isinstance(batch, Records):
            final += batch.frame["message"].to_list()
        elif source.position() == path.stat().st_size and steps:
            steps.pop(0)()
        elif batch.frame["message"].to_list() == ["new"]:
            break
    assert final == ["one", "two", "three"][: 2 + grows]
    source.close()


def test_a_followed_file_with_an_unfinished_line_is_left_to_the_column_readers(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("one\ntw")
    assert small_file(FollowedFile(tmp_path / "a.log"), ReadOptions(), ()) is None
    assert small_file(FileSource(tmp_path / "a.log"), ReadOptions(), ()) is not None
