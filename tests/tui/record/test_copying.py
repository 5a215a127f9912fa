"""Records on the clipboard."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from logtui.tui.record.copying import MOST_BYTES, beginning
from tests.tui.fakes import records
from tests.tui.screen import screen


async def test_copying_says_what_was_copied() -> None:
    frame = records([{}, {"message": "two", "raw": "two\n  more\r\n"}])
    async with screen(frame) as driver:
        await driver.press("j", "y")
        await driver.until(lambda: driver.message == "copied the raw record: 2 lines, 10 characters")
        assert driver.app.clipboard == "two\n  more"


async def test_marked_records_are_copied_together_though_the_filter_hides_some() -> None:
    async with screen() as driver:
        await driver.press("Y")
        await driver.until(lambda: driver.message == "no record is marked: m marks one, y copies the cursor's")
        await driver.press("m", "j", "j", "m")
        await driver.filter("level:error")
        await driver.press("Y")
        await driver.until(lambda: driver.message == "copied 2 marked records: 2 lines, 33 characters")
        assert driver.app.clipboard == "request 0 served\nrequest 2 served"


async def test_a_record_is_copied_as_json_with_its_fields() -> None:
    async with screen(records([{"message": "[red] é", "@user.id": "7"}])) as driver:
        await driver.press("enter", "ctrl+y")
        await driver.until(lambda: driver.message.startswith("copied the record as JSON: "))
        copied = json.loads(driver.app.clipboard)
        assert (copied["message"], copied["fields"]) == ("[red] é", {"user.id": 7})
        assert driver.app.clipboard.startswith('{\n  "timestamp": "2025-10-07T16:00:00')


async def test_a_text_that_no_terminal_takes_is_cut_and_said_so() -> None:
    async with screen(records([{"raw": "é" * MOST_BYTES}])) as driver:
        await driver.press("y")
        await driver.until(lambda: driver.message.startswith("copied only the first 1 MB of the raw record"))
        assert driver.app.clipboard == "é" * (MOST_BYTES // 2)


async def test_without_a_record_there_is_nothing_to_copy() -> None:
    async with screen(records([])) as driver:
        for key in ("y", "ctrl+y"):
            driver.app.main.say("")
            await driver.press(key)
            await driver.until(lambda: driver.message == "there is no record to copy")


@given(st.text(), st.integers(0, 20))
def test_the_beginning_is_the_longest_that_fits(text: str, most: int) -> None:
    kept = beginning(text, most)
    assert text.startswith(kept)
    assert len(kept.encode()) <= most
    assert kept == text or len(text[: len(kept) + 1].encode()) > most
