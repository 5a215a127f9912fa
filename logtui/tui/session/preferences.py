"""Settings -> what the screen is told of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from logtui.tui.keys.keymaps import Keymap, keymap
from logtui.tui.terminal.themes import THEMES, theme_named

if TYPE_CHECKING:
    from logtui.config import Settings


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the user wants the screen.

    Args:
        keymap: Which keys perform which actions.
        mouse: Whether the mouse is for the screen at first, not for the terminal's selection.
        theme: Name of the colours at first.
    """

    keymap: Keymap = field(default_factory=keymap)
    mouse: bool = True
    theme: str = THEMES[0].name


def preferences_of(settings: Settings, *, keys: str | None = None) -> Preferences:
    """What the settings say about the screen.

    Args:
        settings: The settings.
        keys: Name of a key map instead of the one in the settings.

    Returns:
        The preferences.

    Raises:
        ConfigError: If there is no such map, action, key or theme.
    """
    return Preferences(
        keymap(keys or settings.keys.map, settings.keys.bound),
        settings.screen.mouse,
        theme_named(settings.screen.theme),
    )
