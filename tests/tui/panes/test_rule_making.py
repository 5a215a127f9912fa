"""Rules made on the screen: tried on the records, evaluated at once, appended to the file of rules."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.widgets import Label, Select

from logtui.alerts.conditions import Absence, Count
from logtui.alerts.rule_text import rule_text
from logtui.alerts.rules import Rule
from logtui.alerts.rules_file import load_rules
from logtui.tui.panes.pane import Pane
from logtui.tui.panes.rule_screen import RuleScreen
from tests.tui.screen import screen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.tui.screen import Driver

OLD = Rule("old", Absence())


@asynccontextmanager
async def form(query: str, file: Path | None = None) -> AsyncIterator[Driver]:
    async with screen(query=query, rules=[OLD], rules_file=file) as driver:
        await driver.press("a", "n")
        await driver.until(lambda: isinstance(driver.app.screen, RuleScreen), "the form")
        yield driver


async def preview(driver: Driver, text: str) -> None:
    label = driver.app.screen.query_one("#rule-preview", Label)
    await driver.until(lambda: text in str(label.content), text)


async def test_a_rule_of_the_filter_is_tried_while_it_is_typed_and_fires_once_it_is_added() -> None:
    async with form("level:error") as driver:
        await preview(driver, "would have fired once, last 10-07 16:05:00")
        await driver.paste("refused")
        await driver.press("tab", "tab")
        await driver.paste("> 100")
        await preview(driver, "would not have fired; the newest value is 12")
        await driver.paste(">= 12")
        await preview(driver, "would have fired once")
        await driver.press("enter")
        await driver.until(lambda: "alerts 1: refused" in driver.status, "the alert")
        lines = [choice.text.plain for choice in driver.app.main.query_one(Pane).listing.choices]
        assert lines[0] == "ALERTING refused"
        assert driver.app.main.parts.local_alerts.rules[-1].query == "level:error"


async def test_a_rule_is_appended_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(rule_text(OLD), "utf-8")
    async with form('message:"connection refused"', file) as driver:
        await driver.press("ctrl+s")
        await driver.until(lambda: not isinstance(driver.app.screen, RuleScreen), "the end of the form")
        made = Rule('message:"connection refused"', Count(10), query='message:"connection refused"')
        assert load_rules(file) == (OLD, made)


async def test_a_rule_that_cannot_be_written_can_be_added_for_the_session(tmp_path: Path) -> None:
    async with form("level:error", tmp_path / "gone.toml") as driver:
        await driver.press("ctrl+s")
        note = driver.app.screen.query_one("#rule-note", Label)
        await driver.until(lambda: "No such file" in str(note.content), "the reason")
        await driver.press("enter")
        await driver.until(lambda: "alerts 1" in driver.status)


async def test_a_mistake_is_said_and_keeps_the_form_open() -> None:
    async with form("level:error") as driver:
        await driver.paste("old")
        await preview(driver, "there is a rule named 'old' already")
        await driver.press("enter")
        await driver.pilot.pause()
        assert isinstance(driver.app.screen, RuleScreen)
        await driver.press("escape")
        await driver.until(lambda: not isinstance(driver.app.screen, RuleScreen))
        assert list(driver.app.main.parts.local_alerts.rules) == [OLD]


async def test_a_condition_asks_for_what_it_needs() -> None:
    async with form("level:error") as driver:
        further = driver.app.screen.query_one("#row-of")
        await driver.until(lambda: not further.display)
        driver.app.screen.query_one(Select).value = "distinct"
        await driver.until(lambda: further.display)
        await preview(driver, "`field` must not be blank")
        await driver.press("tab", "tab")
        await driver.paste("service")
        await driver.press("tab")
        await driver.paste("== 2")
        await preview(driver, "would have fired")


async def test_in_other_panes_the_key_goes_to_the_next_hit() -> None:
    async with screen() as driver:
        await driver.press("slash")
        await driver.type("refused")
        await driver.press("enter", "f")
        await driver.until(lambda: driver.app.main.query_one(Pane).listing.choices, "the fields")
        at = driver.log_list.cursor
        await driver.press("n")
        await driver.until(lambda: driver.log_list.cursor > at, "the next hit")
