"""The values that a rule for new values knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.alerts.tallies import COUNT, STEP, Tally, value_column

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_VALUES: Final = 100_000
"""Values that are kept of a rule: about 10 MB. Further ones are never new, and the rule says so."""


class KnownValues:
    """The values that were seen, and the step in which each was seen first.

    Args:
        tally: What is counted: by the group's fields and, last, by the field itself.
        known: The values, as JSON arrays of the group's values and the value, with their first steps.
    """

    def __init__(self, tally: Tally, known: Mapping[str, int]) -> None:
        self.tally: Final = tally
        self._firsts = dict(known)

    @property
    def is_full(self) -> bool:
        """Whether no more values are learnt."""
        return len(self._firsts) >= MOST_VALUES

    @property
    def began(self) -> int | None:
        """The first step of all; None if nothing was seen."""
        return min(self._firsts.values(), default=None)

    def learn(self, counts: pl.DataFrame) -> dict[str, int]:
        """Learn what is new.

        Args:
            counts: What was counted, in the tally's schema.

        Returns:
            The values that are new, or were seen earlier than was known.
        """
        names = [value_column(place) for place in range(len(self.tally.by))]
        found = counts.filter(pl.col(names[-1]) != "").group_by(names).agg(pl.col(STEP).min()).sort(STEP, *names)
        new: dict[str, int] = {}
        for *values, at in found.iter_rows():
            key = json.dumps(values, ensure_ascii=False)
            if key in self._firsts:
                if at >= self._firsts[key]:
                    continue
            elif self.is_full:
                continue
            self._firsts[key] = new[key] = at
        return new

    def firsts(self, since: int) -> pl.DataFrame:
        """One record for each value, in the step in which it was seen first, in the tally's schema.

        Args:
            since: The first step that is wanted.
        """
        rows = [(at, *json.loads(key), 1) for key, at in self._firsts.items() if at >= since]
        schema = self.tally.schema
        return pl.DataFrame(rows, schema={STEP: schema[STEP]} | schema | {COUNT: schema[COUNT]}, orient="row")
