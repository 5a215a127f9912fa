"""Rollups count every record also beyond their limits, and outlines beyond theirs say nothing instead of less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.model.masks import MASK, MASKED_LENGTH, letters_in_masked, masked
from logtui.store import rollup
from logtui.store.encoding import HEAD, PATTERN
from logtui.store.rollup import OTHER, ROLLUP_SCHEMA, TextOutlines, numbered, rolled_up, text_outlines, unpacked
from tests.store.records import START, frame_of, rows_of_services, word

if TYPE_CHECKING:
    from collections.abc import Sequence


def rolled(frame: pl.DataFrame) -> rollup.Rollup:
    patterns, table = numbered(frame)
    return rolled_up(frame, pl.Series([None] * frame.height, dtype=pl.String), patterns, table)


def by_service(counts: pl.DataFrame) -> dict[str | None, int]:
    return dict(counts.group_by("service").agg(pl.col("count").sum()).iter_rows())


@pytest.mark.parametrize("services", [999, 1_000, 1_001, 1_300])
def test_services_beyond_the_thousandth_are_counted_as_others(services: int) -> None:
    made = rolled(frame_of(rows_of_services(services)))
    for counts in (made.minutes, made.patterns):
        counted = by_service(counts)
        others = counted.pop(OTHER, 0)
        assert (len(counted), others) == (min(services, 1_000), 2 * max(0, services - 1_000))
        assert counted[f"service-{word(0)}"] == 3
        assert sum(counted.values()) + others == 2 * services + 1


def test_of_more_patterns_than_are_numbered_the_commonest_are() -> None:
    messages = [word(number) for number in range(4_100)] + [word(4_099)] * 3 + [None]
    numbers, table = numbered(frame_of([{"message": message, "raw": "x"} for message in messages]))
    assert table.height == 4_096
    assert table.row(0, named=True) == {"pattern": word(4_099), "count": 4, "is_cut": False}
    assert numbers.null_count() == 4_100 - 4_096 + 1
    known = numbers.drop_nulls().value_counts().sort("count", descending=True)
    assert known["count"].to_list() == table["count"].to_list()
    named = pl.Series(messages).filter(numbers.is_not_null()).to_list()
    assert named == table["pattern"].gather(numbers.drop_nulls()).to_list()


def test_only_patterns_that_make_a_small_rollup_together_are_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_MOST_GROUPS", 5)
    few = [("common", 3)] * 6 + [("spread", number) for number in range(5)] + [("rare", 1)]
    frame = frame_of([{"message": message, "raw": "x", "service": f"s{service}"} for message, service in few])
    numbers, table = numbered(frame)
    assert table["pattern"].to_list() == ["common"]
    assert numbers.to_list() == [0] * 6 + [None] * 6
    assert rolled(frame).patterns.select("pattern", "service", "count").sort("pattern", "service").rows()[-1] == (
        0,
        "s3",
        6,
    )


def test_records_are_counted_by_minute_and_by_hour() -> None:
    frame = frame_of(
        [
            {"message": f"user {number}", "raw": "x", "level": "info", "timestamp": START.replace(second=number)}
            for number in (0, 59)
        ]
        + [{"message": "user 1", "raw": "x", "level": None, "timestamp": None}]
    )
    made = rolled(frame)
    minute = int(START.timestamp()) * 10**9
    assert sorted(made.minutes.select("start", "level", "count").rows(), key=str) == [
        (minute, "info", 2),
        (None, None, 1),
    ]
    assert made.minutes["pattern"].null_count() == made.minutes.height
    assert made.patterns["pattern"].to_list() == [0, 0]
    assert made.patterns["start"].to_list() == [None, minute - 58 * 60 * 10**9]


def test_what_is_kept_comes_back() -> None:
    made = rolled(frame_of(rows_of_services(3)))
    back = unpacked(made.packed())
    for name in ("minutes", "patterns", "table"):
        assert_frame_equal(getattr(back, name), getattr(made, name))
    assert dict(back.minutes.schema) == ROLLUP_SCHEMA
    assert back.size > 0


def outlines_of(messages: Sequence[str | None], heads: Sequence[str | None] | None = None) -> TextOutlines:
    heads = heads or [None] * len(messages)
    frame = frame_of([{"message": message, "raw": "x", "level": "info"} for message in messages])
    columns = pl.Series(HEAD, heads, dtype=pl.String), pl.lit(None, pl.UInt32).alias(PATTERN)
    made = text_outlines(frame.lazy().select("level", "service", "message", "raw", *columns))
    back = TextOutlines.unpacked(made.packed())
    assert (back.letters, back.rare) == (made.letters, made.rare)
    assert (back.heads is None) == (made.heads is None)
    assert made.size >= len(made.letters or "")
    return made


def test_outlines_hold_the_letters_of_masked_words_and_the_patterns_of_heads() -> None:
    made = outlines_of(["id a17bc", "id D4", None], ["12:00 api-7 ", "12:01 api-7 ", None])
    assert made.letters == "a\nbc\nd"
    assert made.heads is not None
    assert made.heads["head"].to_list() == [f"{MASK} api-{MASK} "]
    assert made.heads["level"].to_list() == ["info"]


def test_outlines_hold_the_letters_of_messages_without_a_number_and_of_raw_texts_without_a_message() -> None:
    frame = pl.DataFrame(
        {
            "level": [None] * 3,
            "service": [None] * 3,
            "message": ["Disk FULL on sda1", "numbered", None],
            "raw": ["left out", "left out", '{"id": "K\u212a7"}'],
            HEAD: pl.Series([None] * 3, dtype=pl.String),
            PATTERN: pl.Series([None, 0, None], dtype=pl.UInt32),
        }
    )
    assert text_outlines(frame.lazy()).rare == "disk\nfull\nid\nkk\non\nsda"


def test_outlines_of_an_older_version_do_not_know_the_letters_of_messages_without_a_number() -> None:
    assert TextOutlines.unpacked(msgspec.msgpack.encode(("ab", b""))) == TextOutlines("ab", None, None)


@given(st.text("a-f.:,+/-129 Tx", max_size=40))
def test_outlines_of_heads_are_what_masking_the_heads_themselves_gives(head: str) -> None:
    made = outlines_of(["served"], [head])
    texts = pl.DataFrame({"head": [head]})
    assert made.heads is not None
    assert made.heads["head"].to_list() == texts.select(masked(pl.col("head"))).to_series().to_list()
    letters = texts.select(letters_in_masked(pl.col("head"))).to_series().explode().drop_nulls().unique().sort()
    assert (made.letters or "").splitlines() == letters.to_list()


@pytest.mark.parametrize(("runs", "is_known"), [(4_096, True), (4_097, False)])
def test_more_letters_than_can_be_kept_are_not_known(runs: int, is_known: bool) -> None:
    made = outlines_of([f"id 7{word(number)}" for number in range(runs)])
    assert (made.letters is not None) is is_known
    assert len((made.letters or "").splitlines()) == (runs if is_known else 0)


@pytest.mark.parametrize(("heads", "is_known"), [(1_024, True), (1_025, False)])
def test_more_heads_than_can_be_kept_are_not_known(heads: int, is_known: bool) -> None:
    made = outlines_of(["served"] * heads, [f"[{word(number)}] " for number in range(heads)])
    assert (made.heads is not None) is is_known
    assert made.letters == ""


@pytest.mark.parametrize(("length", "is_known"), [(MASKED_LENGTH, True), (MASKED_LENGTH + 1, False)])
def test_a_head_that_is_longer_than_a_pattern_makes_heads_unknown(length: int, is_known: bool) -> None:
    assert (outlines_of(["served", "x"], ["short ", "h" * length]).heads is not None) is is_known


@pytest.mark.parametrize(("texts", "is_known"), [(50, True), (51, False)])
def test_more_distinct_texts_than_are_looked_at_are_not_known(
    monkeypatch: pytest.MonkeyPatch, texts: int, is_known: bool
) -> None:
    monkeypatch.setattr(rollup, "_MOST_TEXTS", 50)
    words = [word(number) for number in range(texts)]
    messages = outlines_of([*words, *words])
    heads = outlines_of(["served"] * texts, words)
    assert [made.letters is not None for made in (messages, heads)] == [is_known, is_known]
    assert (messages.heads is not None, heads.heads is not None) == (True, is_known)
