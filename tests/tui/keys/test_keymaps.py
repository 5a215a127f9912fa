"""Key maps: built-in ones, the user's own bindings, and the screen under them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from logtui.cli.main import app as cli
from logtui.cli.options import preferences_of
from logtui.errors import ConfigError
from logtui.tui.keys import keymaps
from logtui.tui.keys.actions import ACTIONS
from logtui.tui.keys.keymaps import MAPS, keymap
from logtui.tui.keys.keynames import key_named, shown_key
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.record.detail import Detail
from logtui.tui.screens.text import TextScreen
from logtui.tui.session.preferences import Preferences
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

IDS = [action.id for action in ACTIONS]
KEYS = ["e", "E", "j", "?", "/", "ctrl+e", "f8", "pagedown", "7"]


@pytest.mark.parametrize("name", MAPS)
def test_a_built_in_map_knows_every_action_and_no_key_has_two(name: str) -> None:
    built_in = keymap(name)
    assert set(built_in.keys) == set(IDS)
    assert "palette" in built_in.keys
    assert built_in.keys["palette"], "what has no key of its own is reached by the palette"
    assert [
        key for key, times in Counter(key for keys in built_in.keys.values() for key in keys).items() if times > 1
    ] == []
    assert not built_in.warnings


@pytest.mark.parametrize("name", MAPS)
def test_a_built_in_map_names_actions_that_exist_and_each_key_once(name: str) -> None:
    override = keymaps._BUILT_IN[name]
    assert set(override) <= set(IDS)
    wanted = [key for keys in override.values() for key in keys]
    assert len(wanted) == len(set(wanted))


def test_every_key_is_read_as_it_is_printed() -> None:
    for name in MAPS:
        for key in (key for keys in keymap(name).keys.values() for key in keys):
            assert shown_key(key).isprintable()
            assert key_named(shown_key(key)) == key


@given(
    st.sampled_from(MAPS),
    st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(KEYS), unique=True, max_size=3), max_size=4),
)
def test_own_bindings_win_and_what_loses_a_key_is_told(name: str, binds: dict[str, list[str]]) -> None:
    bound = keymap(name, binds)
    wanted = {action_id: [key_named(key) for key in keys] for action_id, keys in binds.items()}
    owners = Counter(key for keys in bound.keys.values() for key in keys)
    assert set(owners.values()) <= {1}
    had = {**{action_id: list(keys) for action_id, keys in keymap(name).keys.items()}, **wanted}
    for key in {key for keys in wanted.values() for key in keys}:
        owner = next(action_id for action_id, keys in bound.keys.items() if key in keys)
        assert owner in wanted
        losers = [action_id for action_id, keys in had.items() if key in keys and action_id != owner]
        told = [f"keys: {shown_key(key)} is for {owner}, not for {loser}" for loser in losers]
        assert sorted(told) == sorted(line for line in bound.warnings if f" {shown_key(key)} is for" in line)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("e", "e"), ("E", "E"), ("?", "question_mark"), ("/", "slash"), ("-", "minus"), ("+", "plus"), (" ", "space"),
        ("f8", "f8"), ("F8", "f8"), ("^E", "ctrl+e"), ("Ctrl+E", "ctrl+e"), ("PgDn", "pagedown"), ("Space", "space"),
        ("shift+e", "E"), ("alt+left", "alt+left"), ("shift+ctrl+left", "ctrl+shift+left"), ("full_stop", "full_stop"),
        ("ctrl+/", "ctrl+slash"), ("é", "é"), ("↓", "down"),
    ],
)  # fmt: skip
def test_keys_may_be_written_in_several_ways(written: str, key: str) -> None:
    assert key_named(written) == key


@pytest.mark.parametrize("written", ["", "f88", "hyper+x", "ctrl+", "foo"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match="there is no key"):
        key_named(written)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[keys]\nmap = "vi"', "keys.map: there is no key map 'vi'; there are logtui, less, lnav"),
        ('[keys.bind]\nnxt_error = "x"', "keys.bind.nxt_error: there is no such action (did you mean next_error?)"),
        ('[keys.bind]\nnext_error = ["e", "f99"]', "keys.bind.next_error: there is no key 'f99'"),
        ('[keys.bind]\nviews.back = "hm"', "keys.bind.views.back: there is no key 'hm'"),
        ('[keys.bind]\nexport = "^Q"', "keys.bind.export: ^Q cannot be bound anew"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, text: str, told: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    with pytest.raises(ConfigError) as caught:
        preferences_of(config)
    assert str(caught.value).startswith(f"{config}: {told}")
    assert "\n" not in str(caught.value)


def test_the_command_line_chooses_a_map_over_the_settings(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[keys]\nmap = "lnav"\n[keys.bind]\nviews.back = "f4"\ncopying.raw = []\n')
    assert preferences_of(config).keymap.name == "lnav"
    chosen = preferences_of(config, keys="less").keymap
    assert (chosen.name, chosen.keys["views.back"], chosen.keys["copying.raw"]) == ("less", ("f4",), ())
    with pytest.raises(ConfigError, match="--keys: there is no key map 'vi'"):
        preferences_of(config, keys="vi")


def test_the_manual_tells_what_differs_in_each_map() -> None:
    page = CliRunner().invoke(cli, ["help", "keys"]).stdout
    less = page.partition("What differs in the map `less`")[2].partition("\n## ")[0]
    assert "| `d` `^D` | Half a page down | half_down |" in less
    assert "| `7` `,` | A minute back | searching.minute_back |" in page
    assert "next_hit" not in less


async def test_the_screen_follows_the_map_everywhere() -> None:
    async with screen(preferences=Preferences(keymap("less"))) as driver:
        half = driver.log_list.size.height // 2
        await driver.press("d")
        await driver.until(lambda: driver.is_on(half))
        await driver.press("u")
        await driver.until(lambda: driver.is_on(0))
        palette = {command.title: command.help for command in driver.app.get_system_commands(driver.app.main)}
        assert palette["Half a page down"] == "d  ^D"
        await driver.press("h")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert "d  ^D" in shown.text.plain


async def test_digits_are_counts_unless_the_map_binds_them() -> None:
    async with screen(preferences=Preferences(keymap("lnav"))) as driver:
        await driver.press("8")
        await driver.until(lambda: driver.is_on(60))
        await driver.press("7")
        await driver.until(lambda: driver.is_on(0))
        await driver.press("1", "8", "j")
        await driver.until(lambda: driver.is_on(18))


async def test_own_bindings_act_and_a_clash_is_a_notice() -> None:
    bound = keymap("logtui", {"detail": ["f5", "e"], "filter": ["f6"]})
    async with screen(preferences=Preferences(bound)) as driver:
        assert driver.message == "keys: e is for detail, not for next_error"
        assert "notices 1" in driver.status
        await driver.press("e")
        await driver.until(lambda: driver.app.main.query_one(Detail).has_class("-open"))
        await driver.press("f5")
        assert not driver.app.main.query_one(Detail).has_class("-open")
        await driver.press("colon")
        assert driver.log_list.has_focus
        await driver.press("f6")
        await driver.until(lambda: driver.app.main.query_one(QueryBar).input.has_focus)
        await driver.press("escape", "exclamation_mark")
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert "e is for detail" in shown.text.plain
