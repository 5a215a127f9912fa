"""The two built-in themes and the colours of levels that every theme may override."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

LEVEL_COLOURS: Final = {
    "level-trace": "#6b7280",
    "level-debug": "#7b8494",
    "level-info": "#7fb38a",
    "level-warn": "#d9a75c",
    "level-error": "#e5696f",
    "level-fatal": "#ff5c6a",
    "bar-info": "#52796a",
    "bar-debug": "#4b5563",
    "match": "#8cc4f5",
    "hit": "#f2d06b",
    "quiet": "#7d8796",
}
"""Theme variables of logtui, for dark backgrounds."""

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
    variables={**LEVEL_COLOURS, "block-cursor-text-style": "none"},
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
    variables={
        "level-trace": "#8a93a0",
        "level-debug": "#727c8a",
        "level-info": "#2f7d4a",
        "level-warn": "#9a6400",
        "level-error": "#b3262e",
        "level-fatal": "#8f0014",
        "bar-info": "#8fbf9f",
        "bar-debug": "#b8c0ca",
        "match": "#0b5fa5",
        "hit": "#ffe08a",
        "quiet": "#6b7480",
    },
)

THEMES: Final = (DARK, LIGHT)
