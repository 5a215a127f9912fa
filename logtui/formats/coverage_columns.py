"""Counts in the columns of records what their formats have read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.coverage import EXAMPLES, Covered, Example, Gap

if TYPE_CHECKING:
    from collections.abc import Collection

_SHOWN: Final = 200


def coverage_of(records: pl.DataFrame) -> dict[str | None, dict[str, Covered]]:
    """Count the records that each format has read, and those without a time or a level.

    Args:
        records: A record frame.

    Returns:
        Coverage by the name of the source and the name of the format.
    """
    counted = _counted(records).rows()
    # All at once: for each of the files of a folder it would be three times as many reads as there are files.
    examples = _examples(records, {row for _, _, *counts in counted for rows in counts[1::2] for row in rows})
    found: dict[str | None, dict[str, Covered]] = {}
    for source, name, *counts in counted:
        read, timeless, levelless = (
            Gap(count, tuple(examples[row] for row in rows))
            for count, rows in zip(counts[::2], counts[1::2], strict=True)
        )
        found.setdefault(source, {})[name] = Covered(read, timeless, levelless)
    return found


def _counted(records: pl.DataFrame) -> pl.DataFrame:
    """A row per source and format: for all, timeless and levelless records, their count and the first row numbers."""
    row = pl.col("row")
    counts = [pl.len(), row.head(EXAMPLES).alias("read")]
    for name in ("timestamp", "level"):
        lacking = pl.col(name).is_null()
        counts += [lacking.sum().alias(f"no {name}"), row.filter(lacking).head(EXAMPLES).alias(name)]
    columns = records.select("source", pl.col("format").fill_null("plain"), "timestamp", "level")
    return columns.with_row_index("row").group_by("source", "format", maintain_order=True).agg(counts)


def _examples(records: pl.DataFrame, rows: Collection[int]) -> dict[int, Example]:
    """The records with some row numbers as examples."""
    numbers = sorted(rows)
    chosen = records.select(pl.col("line", "raw").gather(numbers))
    return {
        number: Example(line or 0, (raw or "").split("\n", 1)[0][:_SHOWN])
        for number, (line, raw) in zip(numbers, chosen.iter_rows(), strict=True)
    }
