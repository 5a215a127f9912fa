"""JSON objects of one text each: JSON lines of any logger, and the envelopes of container log agents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.formats.json_keys import (
    DIALECTS,
    GUESSED_TIME,
    JOINED_TIMES,
    KNOWN_TIME,
    MAX_DEPTH,
    MAX_FIELDS,
    METHOD_KEYS,
    NUMBERS,
    PAYLOAD_KEYS,
    PLAIN_TIME,
    STATUS_KEYS,
    ZONE_PART,
    folded,
    role_of,
    severity_of_status,
    time_rank,
)
from logtui.formats.rows.patterns import add_payload, matcher
from logtui.formats.rows.reading import Reading
from logtui.formats.rules import DOCKER_PIECE
from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from logtui.formats.json_keys import Parts

_LINE_KEYS: Final = ("log", "message", "msg")
_POD: Final = ("kubernetes.", "docker.")
_BLANKS: Final = " \t\n\r"
_FIRSTS: Final = frozenset("\ufeff{")
_plain_time: Final = matcher(PLAIN_TIME)
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
    plan = _plan(tuple(fields))
    roles = [role for role in plan.roles if role[1] not in without]
    core = _core(plan, roles, fields)
    rest = {name: fields[path] for name, path in plan.rest}
    for name, path in roles:
        if fields[path] != core.get(name):
            rest[WELL_KNOWN_FIELDS.get(path, path)] = fields[path]
    if "time_text" not in core and (guess := next((path for path in plan.guesses if _may_be_time(fields[path])), "")):
        core["time_text"] = fields[guess]
    severity = _severity(plan, fields, core)
    if severity is not None:
        core["severity"] = severity
    return Reading(core, rest)


def _core(plan: _Plan, roles: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> dict[str, str]:
    core: dict[str, str] = {}
    for paths, parts in plan.joined:
        if "time_text" not in core and (text := _joined_time(fields, paths, parts)):
            core["time_text"] = text
    for name, path in roles:
        if name not in core:
            value = fields[path]
            if value and (name != "time_text" or _is_time(value)):
                core[name] = value
    return core


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the paths of an object are for.

    Attributes:
        roles: Core columns and the paths that may fill them, the most telling first.
        rest: Names of fields and their paths.
        joined: Paths of times in parts, and what these look like.
        guesses: Paths that sound like times, the likeliest first.
        scales: Levels by number, as the dialects at hand mean them.
        numbers: Paths of numbers and the levels that they mean.
        status: The path of a request's status, empty if there is none.
    """

    roles: list[tuple[str, str]]
    rest: list[tuple[str, str]]
    joined: list[tuple[list[str], Parts]]
    guesses: list[str]
    scales: list[Mapping[str, str]]
    numbers: list[tuple[str, Mapping[str, str]]]
    status: str


@lru_cache(maxsize=4096)
def _plan(paths: tuple[str, ...]) -> _Plan:
    ordered = sorted(paths)
    first: dict[str, str] = {}
    for path in ordered:
        first.setdefault(folded(path), path)
    dialects = [dialect for dialect in DIALECTS if dialect.marks <= first.keys()]
    ranked = sorted((*role, path) for path in paths if (role := role_of(path)))
    roles = [(core, path) for core, _, path in ranked]
    roles += [
        (dialect.roles[folded(path)], path) for dialect in dialects for path in ordered if folded(path) in dialect.roles
    ]
    with_role = {path for _, path in roles}
    rest: dict[str, str] = {}
    for path in paths:
        if path not in with_role:
            rest.setdefault(WELL_KNOWN_FIELDS.get(path, path), path)
    joined = [
        ([first[key] for key in parts.keys if key in first], parts)
        for parts in JOINED_TIMES
        if parts.keys[0] in first and parts.keys[1] in first
    ]
    guesses = {path: rank for path in paths if (rank := time_rank(path)) and not role_of(path)}
    has_method = any(key in METHOD_KEYS for key in first)
    return _Plan(
        roles=roles,
        rest=list(rest.items()),
        joined=joined,
        guesses=sorted(guesses, key=guesses.__getitem__),
        scales=[dialect.levels for dialect in dialects if dialect.levels],
        numbers=[(first[key], levels) for key, levels in NUMBERS.items() if key in first],
        status=next((path for path in ordered if has_method and folded(path) in STATUS_KEYS), ""),
    )


def _joined_time(fields: Mapping[str, str], paths: Sequence[str], parts: Parts) -> str | None:
    first, second, *zones = (fields[path] for path in paths)
    if not matcher(parts.first)(first) or not matcher(parts.second)(second):
        return None
    zone = next((zone for zone in zones if matcher(ZONE_PART)(zone)), "")
    return first + parts.between + (second.rjust(9, "0") if parts.between == "." else second) + zone


def _severity(plan: _Plan, fields: Mapping[str, str], core: dict[str, str]) -> str | None:
    """The level that a number means: by its dialect, by its key, by the status of a request."""
    for levels in plan.scales:
        if (severity := levels.get(core.get("level_text", ""))) is not None:
            del core["level_text"]
            return severity
    for path, levels in plan.numbers:
        if (severity := levels.get(fields[path])) is not None:
            return severity
    return severity_of_status(fields[plan.status]) if plan.status else None


def _is_time(text: str) -> bool:
    return _plain_time(text) is not None or matcher(KNOWN_TIME)(text) is not None


def _may_be_time(text: str) -> bool:
    return _plain_time(text) is not None or matcher(GUESSED_TIME)(text) is not None


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
    trimmed = text if text[0] == "{" and text[-1] == "}" else text.rstrip(_BLANKS).removeprefix("\ufeff")
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
