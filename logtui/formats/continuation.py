"""Which lines continue the record above: the frames and causes of traces, closing brackets, indented text."""

from __future__ import annotations

import polars as pl

from logtui.formats.patterns import matches
from logtui.formats.traces import BEGINS_TRACE, CHAINS, CONTINUED, PAIRS


def looks_continued(texts: pl.Series) -> pl.Series:
    """Whether a line looks like part of the record above, whatever the format.

    Args:
        texts: Consecutive lines.

    Returns:
        Boolean, same length: indented or closing lines, the frames and causes of traces, and the lines that are
        part of a trace because of the line above them, such as the `SomeError: text` that ends one of Python.
    """
    continued = matches(texts, CONTINUED)
    for above, below in PAIRS:
        leads = matches(texts, above)
        if leads.any():
            continued |= leads.shift(1, fill_value=False) & matches(texts, below)
    return continued


def begins_trace(texts: pl.Series) -> pl.Series:
    """Whether a line begins a trace that may stand alone, and is not linked to the trace above.

    Args:
        texts: Consecutive lines.

    Returns:
        Boolean, same length.
    """
    begins = matches(texts, BEGINS_TRACE)
    if not begins.any():
        return begins
    above = pl.select(pl.when(texts != "").then(texts).forward_fill().shift(1)).to_series()
    return begins & ~matches(above, CHAINS).fill_null(value=False)
