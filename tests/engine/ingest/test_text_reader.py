from __future__ import annotations

import polars as pl
import pytest

from logtui.engine.ingest.text_reader import CASCADE, read_texts
from logtui.formats import FORMATS, normalise
from logtui.formats.scoring import usual

TRACE = "2024-01-15 10:00:00,123 - app.db - ERROR - timed out\nTraceback (most recent call last):\n  ValueError: x"


def test_a_text_is_read_by_the_format_that_files_of_it_have() -> None:
    texts = [
        "<34>1 2024-01-15T10:00:00Z web su 77 ID47 - failed",
        "<34>Oct 11 22:14:15 web su: failed",
        '{"timestamp":"2024-01-15T10:00:00Z","message":"x"}',
        'level=warn msg="slow query" ms=12',
        "nothing that any format knows",
    ]
    found = read_texts(pl.Series(texts))
    assert found["format"].to_list() == ["syslog5424", "syslog", "json", "logfmt", None]
    assert found["message"].to_list() == ["failed", "failed", "x", "slow query", None]


def test_lines_below_the_first_belong_to_the_message() -> None:
    found = read_texts(pl.Series([TRACE, "plain"]))
    assert found["message"][0] == "timed out\nTraceback (most recent call last):\n  ValueError: x"
    assert found["level"][0] == "error"


def test_no_text_continues_the_one_before_it() -> None:
    texts = [TRACE.split("\n")[0], "Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: x", ""]
    assert len(read_texts(pl.Series(texts))) == len(texts)


def test_a_text_is_read_alike_in_any_company() -> None:
    texts = ["<34>1 2024-01-15T10:00:00Z web su 77 ID47 - failed", "  indented", TRACE, '{"msg":"x","ts":1705312800}']
    together = read_texts(pl.Series(texts * 20))
    for row, text in enumerate(texts):
        alone = read_texts(pl.Series([text]))
        assert together.select(alone.columns).row(row) == alone.row(0)


@pytest.mark.parametrize("before", ["  ", "\ufeff", "[", "\t, "])
def test_what_stands_before_an_object_is_no_part_of_its_message(before: str) -> None:
    texts = pl.Series([before + '{"message": "a"}', before + '{"message": "b"}\nbehind'])
    expected = texts.to_list()
    assert read_texts(texts)["message"].to_list() == ["a", "b\nbehind"]
    assert texts.to_list() == expected


SAMPLES = [sample for each in usual(FORMATS) for sample in each.samples]


@pytest.mark.parametrize("before", ["<14>", "<14> ", "<34>Oct 11 22:14:15 web ", "<34>Oct 11 22:14:15 web app[1]: "])
def test_behind_a_priority_a_text_is_read_as_if_all_formats_were_tried(before: str) -> None:
    texts = pl.Series([before + sample for sample in SAMPLES])
    expected = normalise(CASCADE.read(texts))
    found = read_texts(texts)
    assert found["format"].to_list() == expected["format"].to_list()
    assert found["message"].to_list() == expected["message"].to_list()
