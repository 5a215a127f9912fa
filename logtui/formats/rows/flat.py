"""Flattens JSON objects to texts by dotted path."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

import msgspec

from logtui.formats.json_keys import MAX_DEPTH, MAX_FIELDS
from logtui.formats.json_text import INEXACT, loose_object
from logtui.formats.wrappings import AGENT_KEY, MESSAGE_KEYS, WHOLE_KEYS, holds_message

_BLANKS: Final = " \t\n\r"
_is_inexact: Final = re.compile(INEXACT).search
_decode: Final = msgspec.json.Decoder().decode


def flattened(found: dict[str, Any]) -> dict[str, str]:
    """Flatten a decoded object to texts by dotted path; JSON objects inside strings too, except payloads."""
    fields: dict[str, str] = {}
    _flatten(found, "", 1, fields)
    return fields


def _is_record(found: dict[str, Any], value: object) -> bool:
    """Whether the value under a log agent's key is a record of its own, which must not be flattened."""
    text = value if isinstance(value, str) else json.dumps(value)
    return not any(found.get(key) is not None for key in MESSAGE_KEYS) and holds_message(text) is not None


def object_of(text: str) -> dict[str, Any] | None:
    """Decode a JSON object; None if the text, which is not empty, is not one."""
    is_bare = text[0] == "{" and text[-1] == "}"
    trimmed = text if is_bare else text.strip(_BLANKS)
    if not (trimmed.startswith("{") and trimmed.endswith("}")):
        return None
    if _is_inexact(trimmed):
        return loose_object(trimmed)
    try:
        decoded: dict[str, Any] = _decode(trimmed)
    except (msgspec.DecodeError, RecursionError):
        return loose_object(trimmed.replace("\n", " ").replace("\r", " "))
    return decoded


def _flatten(found: dict[str, Any], prefix: str, depth: int, fields: dict[str, str]) -> None:
    store = fields.setdefault if prefix else fields.__setitem__
    for key, value in found.items():
        kind = value.__class__
        if kind is str and value[:1] != "{":
            store(prefix + key, value)
        elif value is not None:
            inner = _inner_object(value) if _may_flatten(found, key, depth, fields) else None
            if not inner:
                store(prefix + key, value if kind is str else _text_of(value))
            else:
                _flatten(inner, f"{prefix}{key}.", depth + 1, fields)


def _inner_object(value: object) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return value
    return object_of(value) if isinstance(value, str) else None


def _may_flatten(found: dict[str, Any], key: str, depth: int, fields: dict[str, str]) -> bool:
    if depth == 1 and (key in WHOLE_KEYS or (key == AGENT_KEY and _is_record(found, found[key]))):
        return False
    return depth < MAX_DEPTH and len(fields) < MAX_FIELDS


def _text_of(value: object) -> str:
    """A value as its text: numbers without an exponent or an idle fraction, arrays and objects as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    try:
        return json.dumps(_without_idle_fractions(value), ensure_ascii=False)
    except RecursionError:  # nobody nests this deep on purpose; msgspec can write what it could read
        return msgspec.json.encode(value).decode()


def float_text(value: float) -> str:
    """A number as its text, without an exponent or an idle fraction."""
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def _without_idle_fractions(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_idle_fractions(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_idle_fractions(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
