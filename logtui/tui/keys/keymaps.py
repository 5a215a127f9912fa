"""Key maps: the built-in ones, and the bindings by which the user changes them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from logtui.errors import ConfigError
from logtui.tui.keys.actions import ACTIONS
from logtui.tui.keys.keynames import key_named, shown_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.tui.keys.actions import Action

    Keys = Mapping[str, tuple[str, ...]]

_LESS: Final = {
    "down": ("j", "down", "ctrl+n", "ctrl+e"),
    "up": ("k", "up", "ctrl+k"),
    "page_down": ("space", "f", "pagedown", "ctrl+f", "ctrl+v"),
    "page_up": ("b", "pageup", "ctrl+b"),
    "half_down": ("d", "ctrl+d"),
    "half_up": ("u", "ctrl+u"),
    "top": ("g", "less_than_sign", "home"),
    "bottom": ("G", "greater_than_sign", "end"),
    "shift_left": ("left",),
    "shift_right": ("right",),
    "searching.hour_on": ("right_square_bracket",),
    "searching.hour_back": ("left_square_bracket",),
    "searching.day_on": ("right_curly_bracket",),
    "searching.day_back": ("left_curly_bracket",),
    "shown.wrap": ("S", "ctrl+w"),
    "shown.unfold": ("f6",),
    "shown.unfold_all": ("f9",),
    "shown.less_context": ("f7",),
    "shown.more_context": ("f8",),
    "filter": ("ampersand", "colon", "tab"),
    "panes.fields": ("V",),
    "marking.next": ("apostrophe",),
    "marking.previous": ("quotation_mark",),
    "export": ("s", "x"),
    "help": ("h", "H", "question_mark", "f1"),
    "leave": ("q", "Q"),
}
_LNAV: Final = {
    "searching.minute_on": ("8", "full_stop"),
    "searching.minute_back": ("7", "comma"),
    "searching.hour_on": ("r", "greater_than_sign"),
    "searching.hour_back": ("R", "less_than_sign"),
    "views.back": ("ctrl+o", "left_curly_bracket", "backspace", "alt+left"),
    "views.forward": ("right_curly_bracket", "alt+right"),
    "marking.ask_note": ("a",),
    "panes.alerts": ("L",),
    "copying.marked": ("c", "Y"),
    "shown.times": ("f6",),
    "shown.fold_repeats": ("f7",),
}
_BUILT_IN: Final[Mapping[str, Keys]] = {"logtui": {}, "less": _LESS, "lnav": _LNAV}
_KEPT: Final = ("ctrl+c", "ctrl+p", "ctrl+q", "ctrl+z")
"""Keys that cannot be bound, because they do the same everywhere: quit, palette, quit, suspend."""

MAPS: Final = tuple(_BUILT_IN)
"""Names of the built-in key maps, the default first."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of all actions.

    Args:
        name: Name of the built-in map that it is based on.
        keys: Key names by id of the action; empty if only the palette can perform it.
        warnings: One line for each key that was bound to two actions.
    """

    name: str
    keys: Keys
    warnings: tuple[str, ...] = field(default=())

    def shown(self, action: Action) -> str:
        """Format the keys of an action."""
        return "  ".join(shown_key(key) for key in self.keys[action.id])

    def first(self, action_id: str) -> str:
        """Format the first key of an action, or the key of the palette if the action has none."""
        keys = self.keys[action_id] or self.keys["palette"]
        return shown_key(keys[0]) if keys else ""

    def binds(self, key: str) -> bool:
        """Whether a key is bound to an action."""
        return any(key in keys for keys in self.keys.values())

    def bindings(self) -> list[Binding]:
        """Make the Textual bindings of the main screen."""
        return [_binding(action, ",".join(self.keys[action.id])) for action in ACTIONS if self.keys[action.id]]

    def hints(self) -> list[tuple[str, str]]:
        """List the keys and words of the actions in the hint line."""
        hinted = [action for action in ACTIONS if action.hint and self.keys[action.id]]
        return [(self.first(action.id), action.hint) for action in hinted]


def keymap(name: str = MAPS[0], binds: Mapping[str, Sequence[str]] | None = None) -> Keymap:
    """Make a key map from a built-in map and the bindings of the user.

    Args:
        name: Name of the built-in map.
        binds: Keys as users write them, by id of the action whose keys they replace.

    Returns:
        The map; a key that two actions claim goes to the one that the user has bound, or to the first of two such.

    Raises:
        ConfigError: If a map, action or key is unknown.
    """
    own = {_action_id(action_id): _keys(action_id, keys) for action_id, keys in (binds or {}).items()}
    built_in, _ = _rebound({action.id: action.keys for action in ACTIONS}, _built_in(name))
    keys, clashes = _rebound(built_in, own)
    return Keymap(
        name, keys, tuple(f"keys: {shown_key(key)} is for {has}, not for {not_}" for key, has, not_ in clashes)
    )


def groups() -> dict[str, list[Action]]:
    """Group the actions by heading."""
    found: dict[str, list[Action]] = {}
    for action in ACTIONS:
        found.setdefault(action.group, []).append(action)
    return found


def keys_markdown() -> str:
    """Write the tables for the manual: all keys, and the keys that differ in the other maps."""
    usual = keymap()
    tables = [_table(group, usual, actions) for group, actions in groups().items()]
    for other in map(keymap, MAPS[1:]):
        differing = [action for action in ACTIONS if other.keys[action.id] != usual.keys[action.id]]
        tables.append(_table(f"What differs in the map `{other.name}`", other, differing))
    return "\n".join(tables)


def _table(heading: str, shown: Keymap, actions: Sequence[Action]) -> str:
    rows = [
        f"| {' '.join(f'`{shown_key(key)}`' for key in shown.keys[action.id])} | {action.title} | {action.id} |"
        for action in actions
    ]
    return "\n".join([f"## {heading}", "", "| Keys | What they do | Id |", "|---|---|---|", *rows, ""])


def _binding(action: Action, keys: str) -> Binding:
    return Binding(keys, action.call, action.title, show=False, id=action.id, priority=action.typing)


def _built_in(name: str) -> Keys:
    if name not in _BUILT_IN:
        raise ConfigError(f"keys.map: there is no key map {name!r}; there are {', '.join(MAPS)}")
    return _BUILT_IN[name]


def _action_id(text: str) -> str:
    ids = [action.id for action in ACTIONS]
    if text in ids:
        return text
    like = get_close_matches(text, ids, n=1)
    raise ConfigError(
        f"keys.bind.{text}: there is no such action",
        hint=f"did you mean {like[0]}?" if like else "`logtui help keys` lists their ids",
    )


def _keys(action_id: str, texts: Sequence[str]) -> tuple[str, ...]:
    try:
        keys = tuple(dict.fromkeys(key_named(text) for text in texts))
    except ConfigError as error:
        raise ConfigError(f"keys.bind.{action_id}: {error.message}") from error
    kept = next((key for key in keys if key in _KEPT and action_id != "palette"), None)
    if kept:
        raise ConfigError(f"keys.bind.{action_id}: {shown_key(kept)} cannot be bound anew")
    return keys


def _rebound(keys: Keys, binds: Keys) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str, str]]]:
    """Bind keys to other actions.

    Args:
        keys: Keys by action.
        binds: New keys of some actions.

    Returns:
        Keys by action, and the conflicts: a key, the action that has it, and the action that loses it.
    """
    owners: dict[str, str] = {}
    clashes = []
    for action_id in (*binds, *keys):
        for key in binds.get(action_id, keys[action_id]):
            owner = owners.setdefault(key, action_id)
            if owner != action_id and (key, owner, action_id) not in clashes:
                clashes.append((key, owner, action_id))
    rebound = {
        action_id: tuple(key for key in binds.get(action_id, had) if owners[key] == action_id)
        for action_id, had in keys.items()
    }
    return rebound, clashes
