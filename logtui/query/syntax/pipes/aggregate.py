"""The aggregate functions of `stats`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final

from logtui.query.syntax.escapes import unescape
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.pipes.keys import Spanned
from logtui.query.syntax.spelling import name_text, plain_name_text

FUNCTIONS: Final = ("count", "count_distinct", "sum", "avg", "min", "max", "median", "rate")
"""Besides them there are `p1` to `p99` and `p99.9`."""

WITHOUT_FIELD: Final = ("count", "rate")
"""Functions that count records when they are given no field."""

_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Aggregate(Spanned):
    """`avg(took) as mean`: one number per group; `field` is None where records are counted."""

    function: str
    field: str | None = None
    alias: str | None = None

    @property
    def column(self) -> str:
        """The name of the result's column."""
        if self.alias is not None:
            return self.alias
        return self.function if self.field is None else f"{self.function}({unescape(self.field)})"

    def text(self) -> str:
        """How it is written."""
        argument = "" if self.field is None else name_text(self.field)
        alias = "" if self.alias is None else f" as {plain_name_text(self.alias)}"
        return f"{self.function}({argument}){alias}"


def percentile_of(function: str) -> float | None:
    """The share that `p95` or `p99.9` means, 0.95 or 0.999; None for other functions."""
    match = _PERCENTILE.fullmatch(function)
    return float(match[1]) / 100 if match else None


def checked(aggregate: Aggregate) -> Aggregate:
    """An aggregate whose function exists and has the field that it needs.

    Raises:
        LeafError: If it has not; the error names what is close.
    """
    name, span = aggregate.function, aggregate.span
    if name not in FUNCTIONS and percentile_of(name) is None:
        known = f"functions are {', '.join(FUNCTIONS)}, p50, p99"
        close = difflib.get_close_matches(name, FUNCTIONS, n=1)
        raise LeafError(f"unknown function {name!r}", span, f"did you mean {close[0]}? {known}" if close else known)
    if aggregate.field is None and name not in WITHOUT_FIELD:
        raise LeafError(f"{name} needs a field", span, f"write it like {name}(duration_ms)")
    if aggregate.field is not None and name == "rate":
        raise LeafError("rate counts records and takes no field", span, "write rate()")
    return aggregate
