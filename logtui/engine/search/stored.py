"""A dataset of parts: the segments of a finished or growing store, or the chunks that an open screen has read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.dataset import Intake, Searched
from logtui.engine.search.explanation import StoredShare
from logtui.engine.search.part import pieces_of
from logtui.errors import StoreError
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.engine.search.part import Piece, PlacedPart
    from logtui.engine.search.request import Request

_SAMPLE_ROWS: Final = 200


class Parts(Searched):
    """Records that are kept in parts.

    Args:
        parts: Returns the parts that exist now, in order; called for each request, since a store may grow.
        name: The name of the input, for explanations; empty leaves the parts out of them.
        damage: A line for each file of the input whose records are not among the parts.
    """

    def __init__(self, parts: Callable[[], Sequence[PlacedPart]], name: str = "", damage: tuple[str, ...] = ()) -> None:
        self._parts = parts
        self._name = name
        self._damage = damage

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches of each part that exists now."""
        parts = self._parts()
        if parts and request.condition.needs_units:
            request.condition.check(_head(parts[0]))
        return pieces_of(parts, request)

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """The frames of the records that match.

        Raises:
            StoreError: If a segment has gone before it was read, which a lease prevents.
        """
        try:
            yield from super().frames(request, also)
        except FileNotFoundError as error:
            raise StoreError(f"a segment was removed before it was read, ask again: {error}") from error

    def still(self) -> Parts:
        """The parts that exist now."""
        parts = self._parts()
        return Parts(lambda: parts, self._name, self._damage)

    def sample(self) -> pl.DataFrame:
        """The first records, with a column for each field that any part has."""
        parts = self._parts()
        if not parts:
            return NO_RECORDS
        first = _head(parts[0])
        known = dict.fromkeys(column for part in parts for column in part.columns)
        return first.with_columns(pl.lit(None, pl.String).alias(name) for name in known if name not in first.columns)

    def shares(self, request: Request) -> list[StoredShare]:
        """How many of the records are pruned, pre-aggregated and read for a request."""
        parts = self._parts()
        return [_share(self._name, parts, list(pieces_of(parts, request)))] if self._name else []

    def intake(self) -> Intake:
        """Which files could not be read."""
        return Intake(self._damage, has_failed=bool(self._damage))


def _head(part: PlacedPart) -> pl.DataFrame:
    return part.slice(0, _SAMPLE_ROWS)


def _share(name: str, parts: Sequence[PlacedPart], pieces: Sequence[Piece]) -> StoredShare:
    rows = sum(part.rows for part in parts)
    known = [piece for piece in pieces if piece.counted is not None]
    costs = [piece.cost for piece in pieces if piece.counted is None]
    return StoredShare(
        name=name,
        records=rows,
        segments=len(parts),
        pruned=rows - sum(piece.part.rows for piece in pieces),
        pruned_segments=len(parts) - len(pieces),
        known=sum(piece.part.rows for piece in known),
        known_segments=len(known),
        looked_at=sum(cost.rows for cost in costs),
        groups=sum(cost.groups for cost in costs),
        bytes=sum(cost.bytes for cost in costs),
    )
