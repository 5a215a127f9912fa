"""JSON objects of one text each: JSON lines of any logger, and the envelopes of container log agents."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.formats.json_keys import KEYS, MAX_DEPTH, MAX_FIELDS, PAYLOAD_KEYS
from logtui.formats.rows.patterns import add_payload
from logtui.formats.rows.reading import Reading
from logtui.formats.rules import DOCKER_PIECE
from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

_ROLES: Final = {key: (core, rank) for core, keys in KEYS.items() for rank, key in enumerate(keys)}
_LINE_KEYS: Final = ("log", "message", "msg")
_POD: Final = ("kubernetes.", "docker.")
_BLANKS: Final = " \t\n\r\ufeff"
_FIRSTS: Final = frozenset(_BLANKS + "{")
_MOST_PATHS: Final = 65_536
_decode: Final = msgspec.json.Decoder().decode


def read_object(text: str) -> Reading | None:
    """Read a JSON object: the loggers' usual keys become core texts, all others fields.

    Args:
        text: A line, or a record of several lines.

    Returns:
        A reading, None if the text is no object.
    """
    fields = _fields_of(text) if text[:1] in _FIRSTS else None
    return None if fields is None else named(fields)


def read_envelope(text: str) -> Reading | None:
    """Read a JSON object with an inner line and the container's metadata.

    Args:
        text: A line.

    Returns:
        A reading with the inner line as payload and message, None if the text is no envelope.
    """
    fields = _fields_of(text) if text[:1] in _FIRSTS else None
    line = _inner_line(fields) if fields else None
    if fields is None or line is None:
        return None
    reading = named(fields, _LINE_KEYS)
    if len(line) > DOCKER_PIECE // 4 and len(line.encode()) >= DOCKER_PIECE and not line.endswith("\n"):
        reading.core["partial"] = "P"
    add_payload(reading, line.rstrip("\r\n"))
    return reading


def named(fields: Mapping[str, str], without: Container[str] = ()) -> Reading:
    """A reading out of texts by dotted path.

    Args:
        fields: In the order of the text.
        without: Keys of core texts to leave out.

    Returns:
        The reading; what the keys of a core text hold beside its value becomes fields.
    """
    rest: dict[str, str] = {}
    roles: list[tuple[tuple[str, int], str, str]] = []
    for path, value in fields.items():
        place = _places[path]
        if place.__class__ is str:
            if place not in rest:
                rest[place] = value
        elif path not in without:
            roles.append((place, path, value))
    core: dict[str, str] = {}
    roles.sort()
    for (name, _), _, value in roles:
        if value:
            core.setdefault(name, value)
    if len(core) < len(roles):
        rest.update(
            (WELL_KNOWN_FIELDS.get(path, path), value) for (name, _), path, value in roles if value != core.get(name)
        )
    return Reading(core, rest)


@lru_cache(maxsize=2)
def _fields_of(text: str) -> dict[str, str] | None:
    """The texts of an object by dotted path, None if the text is no object; shared, not to be changed."""
    decoded = _object(text)
    if decoded is None:
        return None
    fields: dict[str, str] = {}
    _flatten(decoded, "", 1, fields)
    return fields


def _object(text: str) -> dict[str, Any] | None:
    trimmed = text if text[0] == "{" and text[-1] == "}" else text.strip(_BLANKS)
    if not (trimmed.startswith("{") and trimmed.endswith("}")):
        return None
    try:
        decoded: dict[str, Any] = _decode(trimmed)
    except (msgspec.DecodeError, RecursionError):
        return _object(trimmed.replace("\n", " ").replace("\r", " ")) if "\n" in trimmed or "\r" in trimmed else None
    return decoded


def _flatten(found: dict[str, Any], prefix: str, depth: int, fields: dict[str, str]) -> None:
    store = fields.setdefault if prefix else fields.__setitem__
    for key, value in found.items():
        kind = value.__class__
        if kind is str and value[:1] != "{":
            store(prefix + key, value)
        elif value is not None:
            inner = _inner_object(value) if _may_flatten(key, depth, fields) else None
            if inner is None:
                store(prefix + key, value if kind is str else _text_of(value))
            else:
                _flatten(inner, f"{prefix}{key}.", depth + 1, fields)


def _inner_object(value: object) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return value
    return _object(value) if isinstance(value, str) else None


def _may_flatten(key: str, depth: int, fields: dict[str, str]) -> bool:
    return depth < MAX_DEPTH and not (depth == 1 and key in PAYLOAD_KEYS) and len(fields) < MAX_FIELDS


def _text_of(value: object) -> str:
    """A value as its text: numbers without an exponent or an idle fraction, arrays and objects as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float_text(value)
    return json.dumps(_without_idle_fractions(value), ensure_ascii=False)


def _float_text(value: float) -> str:
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


def _inner_line(fields: Mapping[str, str]) -> str | None:
    """The inner line of an envelope; None if the object is none."""
    pod = _has_pod(fields)
    if not pod and "stream" not in fields:
        return None
    for key in _LINE_KEYS if pod else _LINE_KEYS[:1]:
        if key in fields:
            return fields[key]
    return None


def _has_pod(paths: Iterable[str]) -> bool:
    for path in paths:  # noqa: SIM110  # three times as fast as any() on every object
        if path.startswith(_POD):
            return True
    return False


class _Places(dict[str, Any]):
    """Where the text of a path goes: a core text with the key's rank, or the field of a name."""

    def __missing__(self, path: str) -> str | tuple[str, int]:
        if len(self) > _MOST_PATHS:
            self.clear()
        place = self[path] = _ROLES.get(path) or WELL_KNOWN_FIELDS.get(path, path)
        return place


_places: Final = _Places()
