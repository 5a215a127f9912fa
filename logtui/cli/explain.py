"""`logtui query --explain`: how a query is read and run, without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query import clauses_of, notation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import polars as pl

    from logtui.engine.index.indexed_source import IndexedSource
    from logtui.engine.search.predicate import TextPredicate
    from logtui.query import Needle

KINDS = ("plan", "tree")


def explained(predicate: TextPredicate, kind: str, sample: pl.DataFrame, indexed: Sequence[IndexedSource] = ()) -> str:
    """The account of a query.

    Args:
        predicate: The query.
        kind: `plan`, or `tree` for its shape alone.
        sample: Some records, whose columns decide what names mean; without rows if nothing was read.
        indexed: The inputs that are read through an index.

    Returns:
        Lines, each ended with a line feed.
    """
    if kind == "tree":
        return f"{notation(predicate.query)}\n"
    lines = [*_plan(predicate, sample), *(line for source in indexed for line in _steps(source))]
    return "".join(f"{title:<9}{text}\n" for title, text in lines)


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


def _steps(source: IndexedSource) -> Iterator[tuple[str, str]]:
    """What is read of an index, and what is not."""
    plan, segments = source.plan(), source.segments
    rows = sum(segment.facts.rows for segment in segments)
    yield "index", f"{source.source.name}: {rows:,} records in {len(segments)} segments"
    kept = sum(one.segment.facts.rows for one in plan.segments)
    yield "", f"{rows - kept:,} records in {plan.pruned} segments ruled out by time, values and message patterns"
    counted = [one for one in plan.segments if one.counted is not None]
    yield (
        "",
        f"{sum(one.segment.facts.rows for one in counted):,} records in {len(counted)} segments known from rollups",
    )
    looked_at = [one for one in plan.segments if one.counted is None]
    spans = [(one.segment, sum(length for _, length in one.spans())) for one in looked_at]
    size = sum(segment.bytes_of(source.columns(segment), length) for segment, length in spans)
    groups = sum(len(one.groups) for one in looked_at)
    yield (
        "",
        f"{sum(length for _, length in spans):,} records in {groups} row groups looked at, {size:,} bytes of columns",
    )


def _moment(moment: datetime | None) -> str:
    return "any" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _clause(needles: tuple[Needle, ...]) -> str:
    texts = [f"{needle.text!r}" + (f" in {needle.field}" if needle.field else "") for needle in needles]
    return texts[0] if len(texts) == 1 else f"({' or '.join(texts)})"
