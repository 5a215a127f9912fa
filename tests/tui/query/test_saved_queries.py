"""Earlier and saved filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import StoreError
from logtui.tui.query.queries_screen import QueriesScreen
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.query.saved_queries import Entry, SavedQueries, entries, matching
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.screen import Driver


@pytest.fixture(autouse=True)
def _own_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_saved_ones_are_shared_replaced_and_removed(tmp_path: Path) -> None:
    mine, yours = SavedQueries(tmp_path), SavedQueries(tmp_path)
    mine.put("bad", "level:error")
    yours.put("slow", "duration:>1s")
    mine.put("bad", "level:>=error")
    assert list(yours.load().items()) == [("slow", "duration:>1s"), ("bad", "level:>=error")]
    yours.remove("slow")
    assert mine.load() == {"bad": "level:>=error"}
    assert (tmp_path / "queries.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["[]", "{", '{"version": 2}'])
def test_a_damaged_file_is_told_and_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "queries.json").write_text(text)
    saved = SavedQueries(tmp_path)
    with pytest.raises(StoreError, match=r"queries\.json"):
        saved.put("bad", "level:error")
    assert (tmp_path / "queries.json").read_text() == text


def test_the_list_has_saved_ones_first_and_no_text_twice() -> None:
    listed = entries({"old": "a", "new": "b"}, ["c", "a", "d", "c", ""])
    assert listed == [Entry("b", "new"), Entry("a", "old"), Entry("c"), Entry("d")]


def test_typed_words_are_looked_for_in_names_and_texts() -> None:
    listed = [Entry("level:error", "Bad things"), Entry("LEVEL:warn"), Entry("service:api")]
    assert matching(listed, "level bad") == listed[:1]
    assert matching(listed, "LEVEL") == listed[:2]
    assert matching(listed, "") == listed


@given(st.lists(st.text(max_size=3)), st.text(max_size=3))
def test_typing_more_never_offers_more(texts: list[str], typed: str) -> None:
    listed = entries({}, texts)
    shorter = matching(listed, typed[:-1])
    assert [entry for entry in matching(listed, typed) if entry not in shorter] == []


async def listing(driver: Driver) -> QueriesScreen:
    await driver.until(lambda: isinstance(driver.app.screen, QueriesScreen), "the list")
    shown = driver.app.screen
    assert isinstance(shown, QueriesScreen)
    return shown


def bar_of(driver: Driver) -> QueryBar:
    return driver.app.main.query_one(QueryBar)


async def test_an_earlier_filter_is_found_by_typing_and_taken() -> None:
    async with screen() as driver:
        for text in ("level:error", "service:api", "level:warn"):
            await driver.press("colon", "ctrl+u")
            await driver.type(text)
            await driver.press("enter")
            await driver.until(lambda: driver.log_list.has_focus)
        await driver.press("ctrl+r")
        shown = await listing(driver)
        assert [entry.text for entry in shown.shown] == ["level:warn", "service:api", "level:error"]
        await driver.type("level")
        await driver.until(lambda: len(shown.shown) == 2)
        await driver.press("down", "enter")
        await driver.until(lambda: bar_of(driver).text == "level:error")
        assert bar_of(driver).input.has_focus
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.count == 12)


async def test_a_filter_is_saved_under_a_name_for_the_next_session() -> None:
    async with screen() as driver:
        await driver.press("colon")
        await driver.type("level:error")
        await driver.press("ctrl+s")
        await driver.type("bad ones")
        await driver.press("enter")
        await driver.until(lambda: driver.message == "saved as bad ones; ^R lists what is saved")
        assert bar_of(driver).input.has_focus
    async with screen() as driver:
        await driver.filter("level:warn")
        await driver.press("ctrl+r")
        shown = await listing(driver)
        assert shown.shown == [Entry("level:error", "bad ones"), Entry("level:warn")]
        await driver.press("enter", "enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 12)


async def test_removed_ones_are_gone() -> None:
    SavedQueries().put("bad", "level:error")
    async with screen() as driver:
        await driver.filter("level:warn")
        await driver.press("ctrl+r")
        shown = await listing(driver)
        await driver.press("delete")
        assert shown.shown == [Entry("level:warn")]
        await driver.press("delete", "delete", "enter", "escape")
        await driver.until(lambda: driver.app.screen is driver.app.main)
        assert SavedQueries().load() == {}
        assert bar_of(driver).history == ()


async def test_what_cannot_be_saved_is_said() -> None:
    async with screen() as driver:
        await driver.press("ctrl+s")
        assert driver.message == "there is no filter to save"
        await driver.press("colon")
        await driver.type("level:(")
        await driver.press("ctrl+s")
        assert driver.message.startswith("not saved: ")
        await driver.press("backspace")
        await driver.type("error")
        await driver.press("ctrl+s", "enter")
        assert driver.message == "not saved: it needs a name"
        await driver.press("ctrl+s", "escape")
        assert bar_of(driver).input.has_focus
        assert bar_of(driver).text == "level:error"


async def test_a_damaged_file_leaves_the_earlier_ones_to_choose(tmp_path: Path) -> None:
    (tmp_path / "logtui").mkdir()
    (tmp_path / "logtui" / "queries.json").write_text("no json")
    async with screen(query="level:warn") as driver:
        await driver.press("ctrl+r")
        assert (await listing(driver)).shown == [Entry("level:warn")]
        assert "these are no saved filters" in driver.message
