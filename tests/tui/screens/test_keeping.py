"""What a screen leaves for the next time."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from logtui.tui.session.session_state import Keeper
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path


async def test_everything_that_was_arranged_is_kept(tmp_path: Path) -> None:
    keeper = Keeper(["a.log"], tmp_path)
    async with screen(keeper=keeper) as driver:
        await driver.filter("service:api level:info")
        await driver.press("backslash", "space", "escape", "T", "m", "q")
    kept = keeper.load()
    assert kept.filter == "level:info"
    assert [(chip.text, chip.is_on) for chip in kept.chips] == [("service:api", False), ("level:info", True)]
    assert "delta" in [column.name for column in kept.columns]
    assert kept.history[-2:] == ("service:api level:info", "level:info")
    assert len(kept.marks) == 1
    assert kept.key is not None


async def test_marks_that_cannot_be_kept_are_lost_only_when_asked_twice(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    async with screen(keeper=Keeper(["a.log"], blocked)) as driver:
        await driver.press("m")
        shutil.rmtree(blocked)
        blocked.write_text("")
        await driver.press("q")
        await driver.until(lambda: "once more quits" in driver.message)
        assert driver.app.is_running
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running, "leaving")
