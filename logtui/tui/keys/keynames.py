"""Names of keys: converts between Textual's names, names that users write, and printed names."""

from __future__ import annotations

import unicodedata
from typing import Final

from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, Keys, key_to_character

from logtui.errors import ConfigError

_SHOWN: Final = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "space": "Space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "tab": "Tab",
    "escape": "Esc",
    "backspace": "Bksp",
    "delete": "Del",
}
_WRITTEN: Final = {shown.lower(): key for key, shown in _SHOWN.items()}
_MODIFIERS: Final = frozenset({"alt", "ctrl", "shift"})
_BASES: Final = frozenset(key.value for key in Keys if key.value.isalnum())


def shown_key(key: str) -> str:
    """Format a key for display, such as `^D`, `PgDn`, `Alt+←` or `/`.

    Args:
        key: Textual's name of the key.

    Returns:
        A short text.
    """
    *modifiers, base = key.split("+")
    if modifiers == ["ctrl"] and len(base) == 1:
        return "^" + base.upper()
    shown = _SHOWN.get(base) or _character(base) or base.capitalize()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def key_named(text: str) -> str:
    """Parse the name of a key as users write it: `e`, `?`, `f8`, `ctrl+e`, `^E`, `PgDn`, `shift+tab`.

    Args:
        text: The name as the user wrote it.

    Returns:
        Textual's name of the key.

    Raises:
        ConfigError: If the key is unknown.
    """
    if len(text) == 1:
        return _name(text)
    *modifiers, base = (f"ctrl+{text[1:]}" if text.startswith("^") else text).lower().split("+")
    base = _name(base)
    if not set(modifiers) <= _MODIFIERS or not (base in _BASES or _character(base)):
        raise ConfigError(f"there is no key {text!r}; keys are written like e, ?, f8, ctrl+e, pagedown")
    if modifiers == ["shift"] and len(base) == 1:
        return base.upper()
    return "+".join([*sorted(modifiers), base])


def _name(written: str) -> str:
    if len(written) != 1 or written.isalnum() or written in _WRITTEN:
        return _WRITTEN.get(written, written)
    name = unicodedata.name(written, written).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _character(base: str) -> str | None:
    return key_to_character(REPLACED_KEYS.get(base, base)) if base else None
