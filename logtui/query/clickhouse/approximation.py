"""A condition enclosed between two that SQL can decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from logtui.query.clickhouse.sql import FALSE, TRUE, Sql, all_of, any_of, negated

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Approximation:
    """A necessary and a sufficient condition in SQL; only records that meet the one and not the other are undecided.

    Attributes:
        necessary: Every record that matches meets it; null counts as false.
        sufficient: Every record that meets it matches.
    """

    necessary: Sql
    sufficient: Sql

    @classmethod
    def exactly(cls, condition: Sql) -> Self:
        """A condition that SQL decides for every record."""
        return cls(condition, condition)

    @classmethod
    def needing(cls, necessary: Sql) -> Self:
        """A condition of which SQL knows only what it needs."""
        return cls(necessary, FALSE)

    @classmethod
    def where(cls, decided: Sql, condition: Sql, otherwise: Sql) -> Self:
        """A condition that is known for some records.

        Args:
            decided: Which records it is known for.
            condition: The condition for these.
            otherwise: What the other records need to match.
        """
        known = all_of([decided, condition])
        return cls(any_of([known, all_of([negated(decided), otherwise])]), known)

    @property
    def is_exact(self) -> bool:
        """Whether SQL decides the condition for every record."""
        return self.necessary == self.sufficient

    @property
    def undecided(self) -> Sql:
        """The condition of the records that have to be read to decide whether they match."""
        return FALSE if self.is_exact else all_of([self.necessary, negated(self.sufficient)])

    def __invert__(self) -> Approximation:
        return Approximation(negated(self.sufficient), negated(self.necessary))


def both(approximations: Iterable[Approximation]) -> Approximation:
    """All conditions."""
    parts = list(approximations)
    return Approximation(all_of(one.necessary for one in parts), all_of(one.sufficient for one in parts))


def either(approximations: Iterable[Approximation]) -> Approximation:
    """Any of the conditions."""
    parts = list(approximations)
    return Approximation(any_of(one.necessary for one in parts), any_of(one.sufficient for one in parts))


ALWAYS: Final = Approximation.exactly(TRUE)
NEVER: Final = Approximation.exactly(FALSE)
UNKNOWN: Final = Approximation.needing(TRUE)
