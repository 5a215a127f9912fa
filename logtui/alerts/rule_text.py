"""Writing a rule as TOML, as people write it: without what is left at its default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from logtui.alerts.rules import Rule

_EXACT: Final = 1e15
"""Floats below are written without a fraction if they have none: people write 10, not 10.0."""


def rule_text(rule: Rule) -> str:
    """Write a rule as an entry `[[rules]]` of a rules file."""
    entries = _stated(rule)
    entries["condition"] = {"type": rule.condition.__struct_config__.tag, **_stated(rule.condition)}
    return "[[rules]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in entries.items())


def _stated(struct: msgspec.Struct) -> dict[str, object]:
    """The fields of a struct that are not at their defaults."""
    fields = msgspec.structs.fields(struct)
    stated = {field.name: value for field in fields if (value := getattr(struct, field.name)) != field.default}
    return {name: msgspec.to_builtins(value) for name, value in stated.items()}


def _toml(value: object) -> str:
    match value:
        case str():
            # JSON's escapes are TOML's, but TOML wants one for the delete character too.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case dict():
            return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items() if each is not None)} }}"
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case _:
            return repr(value)
