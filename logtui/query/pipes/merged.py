"""Merges the parts of many frames to one part per group, in memory that can be bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import LogtuiError
from logtui.query.pipes.aggregates import SPREAD_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

_MERGE_ROWS: Final = 50_000

DIGITS: Final = 4
"""Significant digits that numbers keep once there are too many different ones: an error of 0.05 % at most."""


class Merged:
    """Rows of parts, merged whenever there are many of them.

    Args:
        keys: The columns that identify a group.
        most: Most rows to keep; None for all.

    Attributes:
        is_exact: Whether all rows were kept as they are.
    """

    def __init__(self, keys: Sequence[str], most: int | None) -> None:
        self.is_exact = True
        self._keys = keys
        self._most = most
        self._parts: list[pl.DataFrame] = []
        self._rows = 0

    @property
    def held(self) -> Sequence[pl.DataFrame]:
        """The frames that are held."""
        return self._parts

    def result(self) -> pl.DataFrame | None:
        """All parts as one; None if there were none."""
        if not self._parts:
            return None
        self._merge()
        return self._parts[0]

    def _add(self, part: pl.DataFrame) -> None:
        self._parts.append(part)
        self._rows += part.height
        if self._rows > _MERGE_ROWS and len(self._parts) > 1 and self._rows > 2 * self._parts[0].height:
            self._merge()

    def _merge(self) -> None:
        together = pl.concat(self._parts, how="vertical_relaxed") if len(self._parts) > 1 else self._parts[0]
        whole = self._grouped(together)
        if self._most is not None and whole.height > self._most:
            whole = self._reduced(whole, self._most)
            self.is_exact = False
        self._parts, self._rows = [whole], whole.height

    def _grouped(self, parts: pl.DataFrame) -> pl.DataFrame:
        """One row per group of the parts."""
        raise NotImplementedError

    def _reduced(self, whole: pl.DataFrame, most: int) -> pl.DataFrame:
        """At most so many rows, for which the whole has too many."""
        raise NotImplementedError


class MergedGroups(Merged):
    """The plain parts of groups; of too many groups, those with most records are kept, and those without a value."""

    def __init__(self, keys: Sequence[str], most: int | None) -> None:
        super().__init__(keys, most)
        self._merging: Sequence[pl.Expr] = ()

    def add(self, part: pl.DataFrame, merging: Sequence[pl.Expr]) -> None:
        """Add the parts of one frame, and how parts are merged."""
        self._merging = merging
        self._add(part)

    def _grouped(self, parts: pl.DataFrame) -> pl.DataFrame:
        return parts.group_by(self._keys).agg(*self._merging)

    def _reduced(self, whole: pl.DataFrame, most: int) -> pl.DataFrame:
        is_common = pl.col("rows").rank("ordinal", descending=True) <= most // 2
        return whole.filter(is_common | pl.all_horizontal(pl.col(self._keys).is_null()))


class MergedValues(Merged):
    """The different values of groups with their counts; too many numbers are rounded, of too many texts some are kept.

    Which texts are kept depends on their hashes alone, so that the number of all can be estimated from those.

    Attributes:
        scale: How many different texts each kept one stands for.
    """

    def __init__(self, keys: Sequence[str], most: int | None) -> None:
        super().__init__([*keys, "value"], most)
        self.scale = 1

    def add(self, part: pl.DataFrame) -> None:
        """Add the values of one frame."""
        self._add(part)

    def _grouped(self, parts: pl.DataFrame) -> pl.DataFrame:
        return self._kept(parts).group_by(self._keys).agg(pl.col(SPREAD_COUNT).sum())

    def _kept(self, parts: pl.DataFrame) -> pl.DataFrame:
        if self.scale == 1:
            return parts
        return parts.filter(pl.col("value").hash() % self.scale == 0)

    def _reduced(self, whole: pl.DataFrame, most: int) -> pl.DataFrame:
        if whole.schema["value"].is_float():
            return self._rounded(whole, most)
        while whole.height > most // 2:
            self.scale *= 2
            whole = self._kept(whole)
        return whole

    def _rounded(self, whole: pl.DataFrame, most: int) -> pl.DataFrame:
        rounded = self._grouped(whole.with_columns(pl.col("value").round_sig_figs(DIGITS)))
        if rounded.height > most:
            raise LogtuiError(f"more than {most} groups with different numbers", hint="ask for fewer groups")
        return rounded
