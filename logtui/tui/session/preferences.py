"""The user's preferences for the screen, taken from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from logtui.tui.keys.keymaps import Keymap, keymap
from logtui.tui.terminal.themes import THEMES, theme_named

if TYPE_CHECKING:
    from logtui.config import Settings


@dataclass(frozen=True, slots=True)
class Preferences:
    """The user's preferences for the screen.

    Args:
        keymap: The keys of the actions.
        mouse: Whether the screen takes the mouse at first, instead of leaving it to the terminal for selecting text.
        theme: Name of the theme at first.
    """

    keymap: Keymap = field(default_factory=keymap)
    mouse: bool = True
    theme: str = THEMES[0].name


def preferences_of(settings: Settings, *, keys: str | None = None) -> Preferences:
    """Take the preferences for the screen from the settings.

    Args:
        settings: The settings.
        keys: Name of a key map to use in place of the one in the settings.

    Returns:
        The preferences.

    Raises:
        ConfigError: If a key map, action, key or theme is unknown.
    """
    return Preferences(
        keymap(keys or settings.keys.map, settings.keys.bound),
        settings.screen.mouse,
        theme_named(settings.screen.theme),
    )
