"""`logtui query --explain`: how a query is read and run, without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query import clauses_of, notation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import polars as pl

    from logtui.engine.predicate import TextPredicate
    from logtui.query import Needle

KINDS = ("plan", "tree")


def explained(predicate: TextPredicate, kind: str, sample: pl.DataFrame) -> str:
    """The account of a query.

    Args:
        predicate: The query.
        kind: `plan`, or `tree` for its shape alone.
        sample: Some records, whose columns decide what names mean; without rows if nothing was read.

    Returns:
        Lines, each ended with a line feed.
    """
    if kind == "tree":
        return f"{notation(predicate.query)}\n"
    return "".join(f"{title:<9}{text}\n" for title, text in _plan(predicate, sample))


def _plan(predicate: TextPredicate, sample: pl.DataFrame) -> Iterator[tuple[str, str]]:
    from logtui.query import canonical

    yield "query", canonical(predicate.query)
    reads = predicate.reads(sample.columns)
    yield "reads", ", ".join(reads.columns) or "nothing but the number of records"
    if reads.missing:
        where = "in the first records" if len(sample) else "among logtui's own columns; name a file to look there"
        yield "unknown", f"{', '.join(reads.missing)} ({where})"
    times = predicate.times()
    yield "times", f"{_moment(times.first)} to {_moment(times.last)}"
    clauses = clauses_of(predicate.query.filter)
    yield "prunes", " and ".join(map(_clause, clauses)) or "nothing: every record in that time is looked at"
    for hint in predicate.hints(sample if len(sample) else None):
        yield "hint", hint.message


def _moment(moment: datetime | None) -> str:
    return "any" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _clause(needles: tuple[Needle, ...]) -> str:
    texts = [f"{needle.text!r}" + (f" in {needle.field}" if needle.field else "") for needle in needles]
    return texts[0] if len(texts) == 1 else f"({' or '.join(texts)})"
