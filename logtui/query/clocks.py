"""Puts clock times without a date in a filter, such as `ts:>=15:20`, on a day."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from logtui.errors import TimeError
from logtui.model.times import is_clock, parse_time
from logtui.query.relax import is_time
from logtui.query.syntax.tree import And, Compare, Equals, Node, Not, Or, Range

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

_ABSOLUTE: Final = re.compile(r"\d{4}", re.ASCII)


def has_clocks(node: Node) -> bool:
    """Whether a filter has clock times without a date."""
    match node:
        case And(children) | Or(children):
            return any(has_clocks(child) for child in children)
        case Not(child):
            return has_clocks(child)
        case Compare() | Equals():
            return is_time(node) and is_clock(node.value)
        case Range():
            return is_time(node) and any(is_clock(bound) for bound in (node.low, node.high) if bound)
        case _:
            return False


def has_relative_times(node: Node) -> bool:
    """Whether the meaning of a filter may depend on the present, because a time in it does not state its year."""
    match node:
        case And(children) | Or(children):
            return any(has_relative_times(child) for child in children)
        case Not(child):
            return has_relative_times(child)
        case Compare() | Equals():
            return is_time(node) and not _ABSOLUTE.match(node.value)
        case Range():
            return is_time(node) and not all(_ABSOLUTE.match(bound) for bound in (node.low, node.high) if bound)
        case _:
            return False


def dated(node: Node, day: datetime, zone: tzinfo) -> Node:
    """Put the clock times of a filter on a day.

    Args:
        node: The filter.
        day: Any time on the day.
        zone: Zone of times that do not state one.

    Returns:
        The same filter with a date in front of every clock time.
    """
    if not has_clocks(node):
        return node
    match node:
        case And(children) | Or(children):
            return replace(node, children=tuple(dated(child, day, zone) for child in children))
        case Not(child):
            return replace(node, child=dated(child, day, zone))
        case Compare() | Equals():
            return replace(node, value=_on(node.value, day, zone))
        case Range():
            low, high = (None if bound is None else _on(bound, day, zone) for bound in (node.low, node.high))
            return replace(node, low=low, high=high)
        case _:
            return node


def _on(text: str, day: datetime, zone: tzinfo) -> str:
    """Put a date in front of a clock time, in the zone of that time; an invalid time stays, to be refused later."""
    if not is_clock(text):
        return text
    try:
        start = parse_time(text, now=day, zone=zone).start
    except TimeError:
        return text
    return f"{start:%Y-%m-%d}T{text.strip()}"
