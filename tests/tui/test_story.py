"""The README's story, sentence by sentence, against what the screen shows of the sample data.

The text of each step is held against a template; what stands in braces there is taken from the README and has to be
true on the screen. So a changed word breaks a test as well as a changed number.
"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
import pytest

from logtui.alerts.rules_file import load_rules
from logtui.engine.live.file_feed import feeds_of
from logtui.engine.live.session import Session
from logtui.engine.read.options import ReadOptions
from logtui.sources import resolve
from logtui.tui.app import LogtuiApp
from logtui.tui.panes.pane import Pane
from logtui.tui.record.detail import Detail
from logtui.tui.session.start import Start
from tests.tui.fakes import FakeReader
from tests.tui.screen import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT: Final = Path(__file__).parent.parent.parent
STORY: Final = (ROOT / "README.md").read_text().partition("## Find the cause in two minutes")[2].partition("\n## ")[0]
SIZES: Final = [(80, 24), (120, 40)]

BEGINNING: Final = (
    "`{folder}` holds one afternoon of an online shop: {six} logs, {five} of them each in a format of its own and one "
    "that mixes many, {lines} lines. Checkout broke. Why?"
)
STEPS: Final = (
    "`logtui open {folder}`. The histogram turns red in the second hour. Press `{key}` for the first error: "
    "**{clock} {message}**. The pool is full, but of what?",
    "Press `:` and type `{query}`, then Enter. No query is slow before {first}, hundreds are after; press Enter on one "
    "to see its fields: `{version}` is {release}, `{statement}` lists a user's orders.",
    "So what changed before {slow}? Press `:` and type `{query}`. At {deployed} the deploy of {release}, {four} "
    "seconds later its migration: **{statement}**. That is the cause.",
    "What else did it break? `{query}` is {one} record: at {clock} the kernel of {host} killed a process. `{reason}` "
    "tells whose it was: pod `{pod}`, in which {waiting} requests waited.",
    "How did a customer see it? `{query}` is one checkout of {user} with all its {retries} retries, in {four} logs.",
    "Is it over? `{query}` matches nothing: rolled back at {rollback}, healed at {healed}.",
    "Who would have told you? `logtui open {folder} --rules {rules}`, then `{key}`: **{version}** fired at {released}, "
    "**{slow}** at {slowed}, before the first error, **{failing}** at {failed}. **{killed}** is firing still: Enter on "
    "it goes to the record at {clock}, `{acknowledge}` acknowledges it.",
)
WORDS: Final = {"one": 1, "four": 4, "five": 5, "six": 6}


def told(template: str, text: str) -> dict[str, str]:
    """What a text says in the places that its template leaves open."""
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    match = re.fullmatch(pattern, " ".join(text.split()))
    assert match, f"the README says {text!r}, its test knows {template!r}"
    return match.groupdict()


def beginning() -> dict[str, str]:
    return told(BEGINNING, STORY.partition("\n1. ")[0])


def steps() -> list[str]:
    """The texts of the numbered steps."""
    listed = STORY.partition("\n1. ")[2].partition("\n\n")[0]
    return re.split(r"\n\d+\. ", listed)


def step(number: int) -> dict[str, str]:
    return told(STEPS[number - 1], steps()[number - 1])


@asynccontextmanager
async def shop(size: tuple[int, int] = (120, 40), rules: str = "") -> AsyncIterator[Driver]:
    """The screen on the sample data, once all of it is shown."""
    found = resolve([str(ROOT / beginning()["folder"])])
    start = Start(rules=load_rules(ROOT / rules) if rules else ())
    app = LogtuiApp(Session(*feeds_of(found, ReadOptions(), None)), start)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot, FakeReader([]))
        await driver.until(lambda: driver.log_list.window.snapshot.done and driver.log_list.window.exact, "reading", 90)
        yield driver


async def filtered(driver: Driver, query: str) -> pl.DataFrame:
    """All records that a typed filter shows."""
    await driver.press("colon")
    await driver.paste(query)
    await driver.press("enter")
    await driver.until(lambda: driver.app.main.parts.filters.text == query, "the filter")
    generation = driver.app.main.bridge._generation
    await driver.until(lambda: driver.log_list.window.generation == generation and driver.log_list.window.exact)
    return driver.log_list.window.page(0, driver.log_list.window.count)


def clocks(frame: pl.DataFrame) -> list[str]:
    return frame["timestamp"].dt.strftime("%H:%M:%S").to_list()


def test_the_steps_of_the_story_are_those_that_are_tested() -> None:
    assert len(steps()) == len(STEPS)


async def the_beginning(driver: Driver) -> None:
    says = beginning()
    frame = driver.log_list.window.page(0, driver.log_list.window.count)
    formats = {source: set(of) for source, of in frame.group_by("source").agg("format").iter_rows()}
    alone = [of for of in formats.values() if len(of) == 1]
    assert (len(formats), len(alone)) == (WORDS[says["six"]], WORDS[says["five"]])
    assert len(set().union(*alone)) == len(alone)
    assert max(map(len, formats.values())) > len(alone)
    lines = sum(path.read_bytes().count(b"\n") for path in map(Path, formats))
    assert f"{round(lines, -3):,}" == says["lines"]


async def the_first_error(driver: Driver) -> None:
    says = step(1)
    view = await driver.counted()
    red = view.histogram.frame.filter(view.histogram.frame["level"].cast(str).is_in(["error", "fatal"]))
    by_hour = dict(red.group_by(red["bucket"].dt.hour()).agg(pl.col("count").sum()).iter_rows())
    assert by_hour.get(14, 0) == 0
    assert by_hour[15] > 300
    histogram = view.histogram
    first_red = histogram.bucket_of(red["bucket"].cast(pl.Int64).min())  # type: ignore[arg-type]
    assert first_red is not None
    assert first_red >= histogram.buckets // 2
    assert histogram.buckets * histogram.step <= 125 * 60 * 10**9
    await driver.press(says["key"])
    await driver.until(lambda: says["message"] in driver.cursor_message, "the first error")
    here = next(line for line in driver.lines if line.startswith("▌"))
    assert says["clock"] in here
    assert says["message"] in here


async def the_slow_queries(driver: Driver) -> None:
    says = step(2)
    frame = await filtered(driver, says["query"])
    assert frame.height >= 200
    assert min(clocks(frame))[:5] == says["first"]
    await driver.press("enter")
    await driver.until(lambda: driver.app.main.query_one(Detail).text, "the details")
    text = driver.app.main.query_one(Detail).text
    assert re.search(rf"^ *{re.escape(says['version'])} +{re.escape(says['release'])}$", text, re.MULTILINE)
    assert re.search(rf"^ *{re.escape(says['statement'])} +SELECT \* FROM orders WHERE user_id", text, re.MULTILINE)


async def the_deploy(driver: Driver) -> None:
    says = step(3)
    assert says["slow"] == step(2)["first"]
    frame = await filtered(driver, says["query"])
    deploy, migration = frame.slice(0, 2).iter_rows(named=True)
    assert f"{deploy['timestamp']:%H:%M:%S}" == says["deployed"] < says["slow"]
    assert says["release"] in deploy["message"]
    assert (migration["timestamp"] - deploy["timestamp"]).total_seconds() == WORDS[says["four"]]
    assert migration["@migration.statement"] == says["statement"]


async def the_killed_process(driver: Driver) -> None:
    says = step(4)
    killed = await filtered(driver, says["query"])
    assert killed.height == WORDS[says["one"]]
    assert clocks(killed) == [says["clock"]]
    assert killed["host"].item() == says["host"]
    assert "Killed process" in killed["message"].item()
    whose = await filtered(driver, says["reason"])
    assert all(says["pod"] in pod for pod in whose["@pod"])
    full = await filtered(driver, f'pod:{says["pod"]} "Resident memory"')
    assert str(full["@queue.waiting"][-1]) == says["waiting"]


async def the_customer(driver: Driver) -> None:
    says = step(5)
    frame = await filtered(driver, says["query"])
    assert frame["source"].n_unique() == WORDS[says["four"]]
    assert set(frame["@user"].drop_nulls()) == {says["user"]}
    assert max(map(int, frame["@retry"].drop_nulls())) == int(says["retries"])
    assert frame.filter(frame["message"].str.contains("repeated by client")).height == int(says["retries"])


async def the_end(driver: Driver) -> None:
    says = step(6)
    assert (await filtered(driver, says["query"])).is_empty()
    assert f"T{says['healed']}" in says["query"]
    errors = await filtered(driver, "level:>=error timestamp:*")
    last = max(clock for clock in clocks(errors) if clock < "16")
    assert says["rollback"] < last < says["healed"]
    rollbacks = await filtered(driver, "rollback service:deployer")
    assert min(clocks(rollbacks))[:5] == says["rollback"]


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_every_step_to_the_end_is_true_on_the_screen() -> None:
    told_first = (the_beginning, the_first_error, the_slow_queries, the_deploy)
    async with shop() as driver:
        for tell in (*told_first, the_killed_process, the_customer, the_end):
            await tell(driver)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.timeout(240)
async def test_the_alerts_that_the_last_step_names_fire(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ann")
    says = step(7)
    async with shop(size, says["rules"]) as driver:
        await driver.until(lambda: driver.app.main.parts.local_alerts.evaluations, "an evaluation")
        await driver.until(lambda: says["killed"] in driver.message, "the alert that is told")
        await driver.press(says["key"])
        pane = driver.app.main.query_one(Pane)
        await driver.until(lambda: len(pane.listing.choices) > 1, "the alerts")
        texts = "\n".join(choice.text.plain for choice in pane.listing.choices)
        for name, clock in (("version", "released"), ("slow", "slowed"), ("failing", "failed")):
            fired = re.search(rf"10-07 ([0-9:]+)  firing at .*  {says[name]}", texts)
            assert fired, f"{says[name]} has not fired:\n{texts}"
            assert fired[1][:5] == says[clock]
        assert says["slowed"] < step(1)["clock"] < says["failed"]
        assert re.findall(r"ALERTING (.*)", texts) == [says["killed"]]
        await driver.press("enter")
        await driver.until(lambda: any(says["clock"] in line and line.startswith("▌") for line in driver.lines))
        await driver.press(says["acknowledge"])
        await driver.until(lambda: pane.listing.choices[0].text.plain.endswith(" · acknowledged by ann"))
        shown = [pane.render_line(y).text for y in range(pane.size.height)]
        assert not any("…" in line for line in shown)
