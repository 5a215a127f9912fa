"""Pieces of SQL whose values are bound, never pasted into the text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Value: TypeAlias = str | int

_SLOT: Final = "?"


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL.

    Attributes:
        text: The text, with a question mark for each value.
        values: The type of each value in ClickHouse, and the value.
    """

    text: str
    values: tuple[tuple[str, Value], ...] = ()

    def bound(self) -> tuple[str, dict[str, Value]]:
        """Name the values; returns the text with `{v0:String}` for each value, and the values by name."""
        first, *rest = self.text.split(_SLOT)
        slots = [f"{{v{number}:{kind}}}" for number, (kind, _) in enumerate(self.values)]
        text = first + "".join(slot + part for slot, part in zip(slots, rest, strict=True))
        return text, dict(zip(map("v{}".format, count()), (value for _, value in self.values), strict=False))


TRUE: Final = Sql("1")
FALSE: Final = Sql("0")


def sql(template: str, *parts: Sql) -> Sql:
    """Put pieces into the empty braces of a template, in their order."""
    values = tuple(value for part in parts for value in part.values)
    return Sql(template.format(*(part.text for part in parts)), values)


def text(value: str) -> Sql:
    """A bound text."""
    return Sql(_SLOT, (("String", value),))


def integer(value: int, kind: str = "Int64") -> Sql:
    """A bound integer of a type that holds it."""
    return Sql(_SLOT, ((kind, value),))


def listed(parts: Iterable[Sql]) -> Sql:
    """Pieces separated by commas."""
    return _joined(", ", list(parts))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """The condition that all conditions hold."""
    return _combined(" AND ", conditions, TRUE, FALSE)


def any_of(conditions: Iterable[Sql]) -> Sql:
    """The condition that any of the conditions holds."""
    return _combined(" OR ", conditions, FALSE, TRUE)


def negated(condition: Sql) -> Sql:
    """The condition that another is false or null."""
    known = {TRUE: FALSE, FALSE: TRUE}
    return known.get(condition) or sql("NOT ifNull({}, 0)", condition)


def _combined(word: str, conditions: Iterable[Sql], neutral: Sql, deciding: Sql) -> Sql:
    found = [one for one in dict.fromkeys(conditions) if one != neutral]
    if deciding in found:
        return deciding
    if len(found) < 2:
        return found[0] if found else neutral
    return sql("({})", _joined(word, found))


def _joined(separator: str, parts: list[Sql]) -> Sql:
    return sql(separator.join("{}" for _ in parts), *parts)
