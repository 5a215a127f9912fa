"""`logtui query --explain`: how a query is read and run, without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from logtui.engine.search.explanation import Explanation, StoredShare
    from logtui.query import Needle

KINDS = ("plan", "tree")


def account(explanation: Explanation, kind: str) -> str:
    """Format the explanation of a query.

    Args:
        explanation: The explanation.
        kind: `plan`, or `tree` for the query's tree alone.

    Returns:
        Lines, each ended with a line feed.
    """
    if kind == "tree":
        return f"{explanation.tree}\n"
    return "".join(f"{title:<9}{text}\n" for title, text in _plan(explanation))


def _plan(explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield "query", explanation.canonical
    reads = explanation.reads
    yield "reads", ", ".join(reads.columns) or "nothing but the number of records"
    if reads.missing:
        is_sampled = explanation.is_sampled
        where = "in the first records" if is_sampled else "among logtui's own columns; name a file to look there"
        yield "unknown", f"{', '.join(reads.missing)} ({where})"
    yield "times", f"{_moment(explanation.times.first)} to {_moment(explanation.times.last)}"
    clauses = " and ".join(map(_clause, explanation.clauses))
    yield "prunes", clauses or "nothing: every record in that time is looked at"
    for hint in explanation.hints:
        yield "hint", hint.message
    for share in explanation.shares:
        yield from _steps(share)


def _steps(share: StoredShare) -> Iterator[tuple[str, str]]:
    """What is read of one index, and what pruning and rollups save."""
    yield "index", f"{share.name}: {share.records:,} records in {share.segments} segments"
    where = f"{share.pruned_segments} segments ruled out by time, values and message patterns"
    yield "", f"{share.pruned:,} records in {where}"
    yield "", f"{share.known:,} records in {share.known_segments} segments known from rollups"
    groups = f"{share.groups} row groups looked at, {share.bytes:,} bytes of columns"
    yield "", f"{share.looked_at:,} records in {groups}"


def _moment(moment: datetime | None) -> str:
    return "any" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _clause(needles: tuple[Needle, ...]) -> str:
    texts = [f"{needle.text!r}" + (f" in {needle.field}" if needle.field else "") for needle in needles]
    return texts[0] if len(texts) == 1 else f"({' or '.join(texts)})"
