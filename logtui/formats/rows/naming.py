"""Turns the texts of a JSON object into a reading: decides which keys are core texts and which are fields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from logtui.formats.json_keys import (
    DIALECTS,
    GUESSED_TIME,
    JOINED_TIMES,
    KNOWN_TIME,
    METHOD_KEYS,
    NUMBERS,
    PLAIN_TIME,
    STATUS_KEYS,
    ZONE_PART,
    folded,
    role_of,
    severity_of_status,
    time_rank,
)
from logtui.formats.message_templates import TEMPLATES, Templates, rendered
from logtui.formats.rows.patterns import matcher
from logtui.formats.rows.reading import Reading
from logtui.model.names import FIELD_PREFIX, WELL_KNOWN_FIELDS, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from logtui.formats.json_keys import Parts


def named(fields: Mapping[str, str], line_key: str | None = None) -> Reading:
    """Make the reading of an object.

    Args:
        fields: The object's texts by dotted path, in the order of the object.
        line_key: The key of the inner line of an envelope, which becomes the message; None if it is no envelope.

    Returns:
        The reading. If several keys may fill a core text, the first with a value does; the others become fields.
    """
    plan = plan_of(tuple(fields))
    roles = [("message", line_key), *plan.roles] if line_key else plan.roles
    core = _core(plan, roles, fields)
    if line_key is None and (place := _template_of(fields)):
        core["message"] = _rendered(fields, place)
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


def _template_of(fields: Mapping[str, str]) -> Templates | None:
    """Where an object holds a message template if it has no message; None otherwise."""
    for place in TEMPLATES:
        if place.template in fields and place.message not in fields:
            return place
    return None


def _rendered(fields: Mapping[str, str], place: Templates) -> str:
    renderings = fields.get(place.renderings, "")
    try:
        found = json.loads(renderings) if renderings else []
    except ValueError:
        found = []
    return rendered(fields[place.template], lambda name: fields.get(place.fields + name), [str(each) for each in found])


def _core(plan: Plan, roles: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> dict[str, str]:
    core: dict[str, str] = {}
    for paths, parts in plan.joined:
        if "time_text" not in core and (text := _joined_time(fields, paths, parts)):
            core["time_text"] = text
    for name, path in roles:
        if name not in core:
            value = fields[path]
            if value and (name != "time_text" or is_time(value)):
                core[name] = value
    if "message" not in core:
        _add_empty_message(core, roles, fields)
    return core


def _add_empty_message(core: dict[str, str], roles: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> None:
    """Set an empty message if the object has one: without a message, the raw line would stand in for it."""
    if any(name == "message" and not fields[path] for name, path in roles):
        core["message"] = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which core text or field each path of an object may fill.

    Attributes:
        roles: Names of core texts and the paths that may fill them, the surest first.
        rest: Names of fields and their paths.
        joined: Paths whose values together make a time, and the shapes of these values.
        guesses: Paths whose names sound like a time, the likeliest first.
        scales: Tables from numbers under the level's key to levels, of the loggers whose marks the object has.
        numbers: Paths of other numbers that mean a level, and tables from the numbers to levels.
        level: The level of an object that states none; None if it is unknown.
        status: The path of a request's status; empty if there is none.
    """

    roles: list[tuple[str, str]]
    rest: list[tuple[str, str]]
    joined: list[tuple[list[str], Parts]]
    guesses: list[str]
    scales: list[Mapping[str, str]]
    numbers: list[tuple[str, Mapping[str, str]]]
    level: str | None
    status: str


@lru_cache(maxsize=4096)
def plan_of(paths: tuple[str, ...]) -> Plan:
    """Make the plan of an object with these paths; it does not depend on the values."""
    ordered = sorted(paths)
    first: dict[str, str] = {}
    for path in ordered:
        first.setdefault(folded(path), path)
    dialects = [dialect for dialect in DIALECTS if dialect.marks <= first.keys()]
    ranked = sorted((*role, path) for path in paths if (role := role_of(path)))
    roles = [(core, path) for core, _, path in ranked if all(dialect.means(path) for dialect in dialects)]
    roles += [
        (dialect.roles[folded(path)], path) for dialect in dialects for path in ordered if folded(path) in dialect.roles
    ]
    with_role = {path for _, path in roles}
    rest = fields_of([path for path in paths if path not in with_role])
    joined = [
        ([first[key] for key in parts.keys if key in first], parts)
        for parts in JOINED_TIMES
        if parts.keys[0] in first and parts.keys[1] in first
    ]
    guesses = {path: rank for path in paths if (rank := time_rank(path)) and not role_of(path)}
    has_method = any(key in METHOD_KEYS for key in first)
    return Plan(
        roles=roles,
        rest=[(column.removeprefix(FIELD_PREFIX), found[0]) for column, found in rest.items()],
        joined=joined,
        guesses=sorted(guesses, key=guesses.__getitem__),
        scales=[dialect.levels for dialect in dialects if dialect.levels],
        numbers=[(first[key], levels) for key, levels in NUMBERS.items() if key in first],
        level=next((dialect.level for dialect in dialects if dialect.level), None),
        status=next((path for path in ordered if has_method and folded(path) in STATUS_KEYS), ""),
    )


def _joined_time(fields: Mapping[str, str], paths: Sequence[str], parts: Parts) -> str | None:
    first, second, *zones = (fields[path] for path in paths)
    if not matcher(parts.first)(first) or not matcher(parts.second)(second):
        return None
    zone = next((zone for zone in zones if matcher(ZONE_PART)(zone)), "")
    return first + parts.between + (second.rjust(9, "0") if parts.between == "." else second) + zone


def _severity(plan: Plan, fields: Mapping[str, str], core: dict[str, str]) -> str | None:
    """The level that a number means: by its dialect, by its key, by the status of a request."""
    for levels in plan.scales:
        if (severity := levels.get(core.get("level_text", ""))) is not None:
            del core["level_text"]
            return severity
    for path, levels in plan.numbers:
        if (severity := levels.get(fields[path])) is not None:
            return severity
    if plan.level and "level_text" not in core:
        return plan.level
    return severity_of_status(fields[plan.status]) if plan.status else None


def is_time(text: str) -> bool:
    """Whether a text looks like a time, if its key says that it is one."""
    return matcher(PLAIN_TIME)(text) is not None or matcher(KNOWN_TIME)(text) is not None


def _may_be_time(text: str) -> bool:
    return matcher(PLAIN_TIME)(text) is not None or matcher(GUESSED_TIME)(text) is not None
