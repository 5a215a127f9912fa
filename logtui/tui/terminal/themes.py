"""The built-in themes, and default colours of levels for other themes."""

from __future__ import annotations

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from logtui.errors import ConfigError

_ON_DARK: Final = {
    "level-trace": "#7c8594",
    "level-debug": "#8590a2",
    "level-info": "#7fb38a",
    "level-warn": "#d9a75c",
    "level-error": "#e5696f",
    "level-fatal": "#ff5c6a",
    "bar-info": "#52796a",
    "bar-debug": "#4b5563",
    "match": "#8cc4f5",
    "hit": "#f2d06b",
    "quiet": "#7d8796",
    "cursor-row": "#2b3442",
}
_ON_LIGHT: Final = {
    "level-trace": "#69727e",
    "level-debug": "#5d6673",
    "level-info": "#2f7d4a",
    "level-warn": "#9a6400",
    "level-error": "#b3262e",
    "level-fatal": "#8f0014",
    "bar-info": "#8fbf9f",
    "bar-debug": "#b8c0ca",
    "match": "#0b5fa5",
    "hit": "#ffe08a",
    "quiet": "#69727e",
    "cursor-row": "#d5e3f0",
}

DARK: Final = Theme(
    name="logtui-dark",
    primary="#6ea8d9",
    secondary="#4d7ea8",
    accent="#8cc4f5",
    warning="#d9a75c",
    error="#e5696f",
    success="#7fb38a",
    foreground="#cdd3dc",
    background="#13161b",
    surface="#1a1e25",
    panel="#232833",
    dark=True,
    variables={**_ON_DARK, "block-cursor-text-style": "none"},
)

LIGHT: Final = Theme(
    name="logtui-light",
    primary="#2b6ea3",
    secondary="#5c8db5",
    accent="#1d5f94",
    warning="#9a6400",
    error="#b3262e",
    success="#2f7d4a",
    foreground="#24292f",
    background="#fafafa",
    surface="#f0f1f3",
    panel="#e3e6ea",
    dark=False,
    variables=_ON_LIGHT,
)

SAFE: Final = Theme(
    name="logtui-safe",
    primary="#56b4e9",
    secondary="#3f7fa6",
    accent="#8fd0f5",
    warning="#f0e442",
    error="#d55e00",
    success="#56b4e9",
    foreground="#d4d8de",
    background="#13161b",
    surface="#1a1e25",
    panel="#232833",
    dark=True,
    variables={
        "level-trace": "#7c8594",
        "level-debug": "#8a9099",
        "level-info": "#56b4e9",
        "level-warn": "#f0e442",
        "level-error": "#d55e00",
        "level-fatal": "#e8702a",
        "bar-info": "#2f6f96",
        "bar-debug": "#4b5563",
        "match": "#cc79a7",
        "hit": "#e69f00",
        "quiet": "#8a919c",
        "cursor-row": "#2b3442",
        "block-cursor-text-style": "none",
    },
)
"""A theme for every kind of colour vision; levels, matches and hits have colours of Okabe and Ito (2008)."""

THEMES: Final = (DARK, LIGHT, SAFE)


def default_variables(*, dark: bool) -> dict[str, str]:
    """Default colours of levels, matches and the cursor's row for a theme that does not set them.

    Args:
        dark: Whether the background of the theme is dark.

    Returns:
        Colours by name of the theme variable.
    """
    return dict(_ON_DARK if dark else _ON_LIGHT)


def theme_named(name: str) -> str:
    """Check the name of a theme, and return it.

    Raises:
        ConfigError: If there is no theme of that name.
    """
    own = [theme.name for theme in THEMES]
    if name in own or name in BUILTIN_THEMES:
        return name
    raise ConfigError(
        f"screen.theme: there is no theme {name!r}; there are {', '.join(own)}, and {', '.join(sorted(BUILTIN_THEMES))}"
    )
