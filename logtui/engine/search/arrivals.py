"""Arrivals: the records of a live store that match a request, in the order of `seq`, as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request

MOST_ARRIVALS: Final = 10_000
"""Records of one answer, some 10 MB; of more that have been stored since the last one, the oldest are left out."""

_PLACES: Final = {"seq": pl.UInt64(), "row": pl.UInt32(), "part": pl.UInt32()}


class Arrived(NamedTuple):
    """What has been stored since the last answer.

    Attributes:
        records: The last records, in the order of `seq`.
        missed: Number of records before them that were left out.
    """

    records: pl.DataFrame
    missed: int


class Arrivals:
    """Finds what has been stored since it was last asked. A part is read once; one that was merged is new.

    Args:
        after: The `seq` behind which it begins.
        most: How many records an answer holds.
    """

    def __init__(self, after: int, most: int = MOST_ARRIVALS) -> None:
        self.after = after
        self._most = most
        self._read: set[int] = set()

    def next(self, request: Request, pieces: Iterable[Piece], position: int) -> Arrived:
        """Find what is new.

        Args:
            request: The request.
            pieces: The matches of each part.
            position: All records up to this `seq` were stored before the pieces were made.

        Returns:
            The new records; none if the request was cancelled, and then the next answer holds them.
        """
        found, new, seen, count = pl.DataFrame(schema=_PLACES), list[int](), dict[int, "Piece"](), 0
        for piece in pieces:
            new.append(piece.part.id)
            if piece.part.id in self._read:
                continue
            seen[len(new)] = piece
            for rows in piece.runs():
                if request.has_ended():
                    return Arrived(NO_RECORDS, 0)
                later = self._places(piece, rows, len(new))
                count += len(later)
                found = pl.concat([found, later]).top_k(self._most, by="seq")
            # Pieces that were fetched hold their records in memory.
            seen = {number: seen[number] for number in found["part"].unique()}
        records = _records(found, seen)
        # Records are stored in the order of `seq`: none before the last one found is stored later.
        self.after = max(self.after, position, *records["seq"].tail(1))
        self._read = set(new)
        return Arrived(records, count - len(records))

    def _places(self, piece: Piece, rows: pl.Series, number: int) -> pl.DataFrame:
        """Where the new records among some rows are."""
        numbered = piece.part.take(rows, ["seq"]).select("seq", row=rows, part=pl.lit(number, pl.UInt32))
        return numbered.filter(pl.col("seq") > self.after)


def _records(places: pl.DataFrame, seen: Mapping[int, Piece]) -> pl.DataFrame:
    """Read the records at some places, in the order of `seq`."""
    frames = [NO_RECORDS]
    for number in places["part"].unique():
        part, rows = seen[number].part, places.filter(pl.col("part") == number)["row"].sort()
        frames.append(part.take(rows, part.columns))
    return pl.concat(frames, how="diagonal_relaxed").sort("seq")
