"""Derives from a request the sieve by which a reader of files leaves out records that cannot match."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.search.asked import asked_columns
from logtui.formats.sieve import SIEVED, Sieve
from logtui.model.record import CORE_SCHEMA
from logtui.query import And, Query, clauses_of, fields_of, is_core_only, needle_regex, reads_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.request import Request
    from logtui.query import Needle, Node


def sieve_of(request: Request) -> Sieve | None:
    """Derive the sieve of a request.

    Args:
        request: The request.

    Returns:
        Conditions that every matching record meets; None if there are none, or if the query counts records that do not
        match, as `seq` does.
    """
    query = request.condition.query
    if "seq" in fields_of(query):
        return None
    clauses = [clause for clause in clauses_of(query.filter) if _is_bare(clause)]
    texts = tuple(map(_holds_any, clauses))
    parts = _parts_on_heads(query.filter) if _reads_all(request) else {}
    heads = tuple(request.condition.compiled(part, SIEVED) for part in parts)
    columns = frozenset(chain.from_iterable(parts.values()))
    needles = tuple(tuple(needle.text for needle in clause) for clause in clauses)
    return Sieve(texts, heads, columns, needles) if texts or heads else None


def _is_bare(clause: Sequence[Needle]) -> bool:
    return all(needle.field is None for needle in clause)


def _holds_any(clause: Sequence[Needle]) -> pl.Expr:
    """Whether the raw text of a record holds a needle in any case, folded as the filter itself does."""
    return pl.col("raw").str.contains("|".join(needle_regex(needle.text) for needle in clause))


def _reads_all(request: Request) -> bool:
    """Whether records are read in full, and no field in a message can stand for a core column that a head lacks."""
    return asked_columns(request) is None and not request.condition.needs_fields


def _parts_on_heads(node: Node) -> dict[Node, tuple[str, ...]]:
    """The parts of a filter, all of which must hold, that read only columns of a sieve, and these columns."""
    parts = node.children if isinstance(node, And) else [node]
    reads = {part: reads_of(Query(part), tuple(CORE_SCHEMA)).columns for part in parts if is_core_only(Query(part))}
    return {part: columns for part, columns in reads.items() if columns and set(columns) <= set(SIEVED)}
