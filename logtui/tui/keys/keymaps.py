"""Which keys perform which actions: the built-in maps, and what the user binds anew. Pure."""

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
"""Keys that do the same everywhere: quit, palette, quit, suspend."""

MAPS: Final = tuple(_BUILT_IN)
"""Names of the built-in maps, the usual one first."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """Which keys perform which actions.

    Args:
        name: The built-in map it comes from.
        keys: Key names by the id of the action; empty where only the palette reaches it.
        warnings: One line for each key that two actions were to have.
    """

    name: str
    keys: Keys
    warnings: tuple[str, ...] = field(default=())

    def shown(self, action: Action) -> str:
        """The keys of an action as they are printed."""
        return "  ".join(shown_key(key) for key in self.keys[action.id])

    def first(self, action_id: str) -> str:
        """The first key of an action as it is printed, that of the palette if it has none."""
        keys = self.keys[action_id] or self.keys["palette"]
        return shown_key(keys[0]) if keys else ""

    def binds(self, key: str) -> bool:
        """Whether a key performs anything."""
        return any(key in keys for keys in self.keys.values())

    def bindings(self) -> list[Binding]:
        """The bindings of the main screen."""
        return [_binding(action, ",".join(self.keys[action.id])) for action in ACTIONS if self.keys[action.id]]

    def hints(self) -> list[tuple[str, str]]:
        """Key and word of the actions that the hint line shows."""
        hinted = [action for action in ACTIONS if action.hint and self.keys[action.id]]
        return [(self.first(action.id), action.hint) for action in hinted]


def keymap(name: str = MAPS[0], binds: Mapping[str, Sequence[str]] | None = None) -> Keymap:
    """A built-in map with the user's own bindings.

    Args:
        name: Its name.
        binds: Keys as users write them, by the id of the action that they perform instead of its keys in the map.

    Returns:
        The map; of two actions on one key the user's own has it, and of two own ones the first.

    Raises:
        ConfigError: If there is no such map, action or key.
    """
    own = {_action_id(action_id): _keys(action_id, keys) for action_id, keys in (binds or {}).items()}
    built_in, _ = _rebound({action.id: action.keys for action in ACTIONS}, _built_in(name))
    keys, clashes = _rebound(built_in, own)
    return Keymap(
        name, keys, tuple(f"keys: {shown_key(key)} is for {has}, not for {not_}" for key, has, not_ in clashes)
    )


def groups() -> dict[str, list[Action]]:
    """The actions under their headings."""
    found: dict[str, list[Action]] = {}
    for action in ACTIONS:
        found.setdefault(action.group, []).append(action)
    return found


def keys_markdown() -> str:
    """The tables of all keys, and of those that differ in the other maps, for the manual."""
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
    """Give keys to other actions.

    Args:
        keys: Keys by action before.
        binds: The new keys of some actions.

    Returns:
        Keys by action; each key, who has it, and who was to have it too.
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
