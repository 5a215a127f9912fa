"""Colours: legible, told apart with every kind of colour vision, and not needed at all."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from rich.style import Style

from logtui.cli.options import preferences_of
from logtui.errors import ConfigError
from logtui.tui.panes.pane import Pane
from logtui.tui.session.preferences import Preferences
from logtui.tui.terminal.themes import SAFE, THEMES
from tests.tui.fakes import records
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.theme import Theme

    Colour = tuple[float, float, float]

VISIONS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""

TOLD_APART = ("error", "warn", "info", "debug")


def linear(colour: str) -> Colour:
    """Linear RGB of `#rrggbb` (IEC 61966-2-1)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def dot(one: Colour, other: Colour) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    dark, light = sorted(dot((0.2126, 0.7152, 0.0722), linear(each)) for each in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: Colour) -> Colour:
    """CIE L*a*b* of linear RGB under D65."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    x = _cube_root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    y = _cube_root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _cube_root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116


def difference(one: str, other: str, vision: str) -> float:
    """The colour difference of CIE 1976, as someone with this vision sees it; about 2 can just be seen."""
    red, green, blue = VISIONS[vision]
    seen = [lab((dot(red, rgb), dot(green, rgb), dot(blue, rgb))) for rgb in (linear(one), linear(other))]
    return math.dist(*seen)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_is_legible(theme: Theme) -> None:
    assert theme.foreground
    assert theme.background
    texts = {name: colour for name, colour in theme.variables.items() if name.startswith("level-")}
    texts |= {"match": theme.variables["match"], "quiet": theme.variables["quiet"], "text": theme.foreground}
    for name, colour in texts.items():
        assert contrast(colour, theme.background) >= 4.5, name
        assert contrast(colour, theme.variables["cursor-row"]) >= 3, f"{name} under the cursor"


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_levels_are_told_apart_with_every_kind_of_colour_vision(theme: Theme, vision: str) -> None:
    least = 25 if theme is SAFE else 10
    for one, other in combinations(TOLD_APART, 2):
        colours = theme.variables[f"level-{one}"], theme.variables[f"level-{other}"]
        assert difference(*colours, vision) >= least, (one, other)


def test_all_themes_set_the_same_variables() -> None:
    for one, other in pairwise(set(theme.variables) - {"block-cursor-text-style"} for theme in THEMES):
        assert one == other


@pytest.mark.parametrize("name", ["logtui-light", "logtui-safe", "nord"])
async def test_the_settings_choose_the_theme(tmp_path: Path, name: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[screen]\ntheme = "{name}"\n')
    async with screen(preferences=preferences_of(config)) as driver:
        assert driver.app.theme == name


def test_a_theme_that_there_is_not_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[screen]\ntheme = "neon"\n')
    with pytest.raises(ConfigError, match=r"screen\.theme: there is no theme 'neon'; there are logtui-dark, "):
        preferences_of(config)


@pytest.mark.parametrize(
    ("name", "row"), [("logtui-light", "#d5e3f0"), ("textual-light", "#d5e3f0"), ("nord", "#2b3442")]
)
async def test_the_row_of_the_cursor_suits_the_theme(name: str, row: str) -> None:
    async with screen(preferences=Preferences(theme=name)) as driver:
        await driver.until(lambda: background(driver.log_list.render_line(0)._segments[-1].style) == row, row)


def background(style: Style | None) -> str:
    return style.bgcolor.get_truecolor().hex if style is not None and style.bgcolor is not None else ""


def attributes(style: Style | None) -> frozenset[str]:
    """What a style is without its colours."""
    style = style or Style()
    names = ("bold", "dim", "italic", "underline", "reverse")
    return frozenset(name for name in names if getattr(style, name))


async def test_without_colours_cursor_matches_hits_and_levels_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    levels = ("trace", "debug", "info", "warn", "error", "fatal")
    rows = [{"message": "one match and one hit", "level": level} for level in ("info", *levels)]
    async with screen(records(rows), query="match") as driver:
        await driver.press("slash")
        await driver.type("hit")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.count == 7)
        await driver.until(lambda: driver.log_list.cursor == 0 and driver.log_list.has_focus)
        await driver.pilot.pause()
        lines = [
            {segment.text: attributes(segment.style) for segment in driver.log_list.render_line(y)} for y in range(7)
        ]
        words = [lines[number + 1][level.upper()] for number, level in enumerate(levels)]
        assert len(set(words)) == len(levels)
        for number in (0, 3):
            assert len({lines[number][text] for text in ("one ", "match", "hit")}) == 3
        assert "reverse" in lines[0]["one "]
        assert "reverse" not in lines[3]["one "]
        await driver.press("f")
        await driver.until(lambda: driver.app.main.parts.panes.is_current)
        pane = driver.app.main.query_one(Pane)
        await driver.until(lambda: attributes(pane.render_line(0)._segments[-1].style) >= {"underline"})
        assert "underline" not in attributes(pane.render_line(1)._segments[-1].style)
