"""The views of one record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rich.style import Style

from logtui.tui.record.detail import Detail
from logtui.tui.record.record_views import VIEWS, has_view, view_text
from tests.tui.fakes import incident, records
from tests.tui.screen import screen

if TYPE_CHECKING:
    import polars as pl

ERROR = Style(color="red")
QUIET = Style(color="blue")
STYLES = {"error": ERROR, "name": QUIET, "value": Style(), "heading": Style()}
JAVA = """ERROR request failed
java.lang.IllegalStateException: no stock
\tat com.shop.Stock.take(Stock.java:12)
\tat org.springframework.web.Servlet.run(Servlet.java:9)
Caused by: java.sql.SQLException: timeout
\t... 12 more"""


def one(raw: str, **more: object) -> pl.DataFrame:
    return records([{"raw": raw, "message": raw.split("\n")[0], **more}])


def shown(view: str, record: pl.DataFrame, depth: int = 2) -> str:
    return view_text(view, record, STYLES, depth, lambda: record).plain


def test_json_is_folded_by_depth_and_says_how_much_is_hidden() -> None:
    record = one(json.dumps({"a": {"b": {"c": 1, "d": 2}}, "list": [1, 2, 3], "empty": {}}))
    assert shown("json", record, 1).splitlines()[1:3] == ['  "a": {… 1 key},', '  "list": [… 3 elements],']
    assert '"b": {… 2 keys}' in shown("json", record, 2)
    assert json.loads(shown("json", record, 9)) == json.loads(record["raw"][0])


@pytest.mark.parametrize(
    ("raw", "fields"),
    [('2025 INFO sent {"a": 1}', {}), ("plain text", {"@body": '{"a": 1}'})],
)
def test_json_inside_a_line_or_a_field_is_found(raw: str, fields: dict[str, object]) -> None:
    record = one(raw, **fields)
    assert has_view(record, "json")
    assert '"a": 1' in shown("json", record, 3)


def test_a_record_without_json_or_stack_has_no_such_view() -> None:
    assert [view for view in VIEWS if has_view(one("plain {not json"), view)] == ["all", "raw", "context"]


def test_a_trace_shows_causes_and_own_frames_and_quiets_libraries() -> None:
    record = one(JAVA)
    assert has_view(record, "stack")
    text = view_text("stack", record, STYLES, 2, lambda: record)
    assert text.plain.count("\n") == JAVA.count("\n")
    styled = {text.plain[span.start : span.end].strip(): span.style for span in text.spans}
    assert styled["Caused by: java.sql.SQLException: timeout"] == ERROR
    assert styled["java.lang.IllegalStateException: no stock"] == ERROR
    assert "at com.shop.Stock.take(Stock.java:12)" not in styled
    assert styled["at org.springframework.web.Servlet.run(Servlet.java:9)"] == QUIET


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "raw",
    ['\x1b[31m{"a": "\x1b]0;t\x07"}', "{" * 5_000, "", "\x00[1, 2]", '{"k\\u001b": "\\u202e"}'],
    ids=["escapes", "deep", "empty", "nul", "escaped"],
)
def test_hostile_text_is_harmless_in_every_view(view: str, raw: str) -> None:
    record = one(raw)
    if has_view(record, view):
        text = shown(view, record, 30)
        assert not any(ord(character) < 0x20 and character != "\n" for character in text)


async def test_the_arrows_walk_through_the_views_and_y_copies_what_is_shown() -> None:
    rows = incident().with_columns()
    async with screen(rows) as driver:
        detail = driver.app.main.query_one(Detail)
        await driver.press("e")
        await driver.until(lambda: driver.is_on(24))
        await driver.press("I")
        await driver.until(lambda: detail.has_focus)
        await driver.press("left")
        await driver.until(lambda: "▶" in detail.text)
        assert "CONTEXT" in str(detail.border_title)
        assert "request 23 served" in detail.text
        assert "request 25 served" in detail.text
        await driver.press("y")
        await driver.until(lambda: driver.message.startswith("copied the record's context"))
        assert "request 23 served" in driver.app.clipboard
        await driver.press("escape")
        await driver.until(lambda: driver.log_list.has_focus)
        assert detail.has_class("-open")
