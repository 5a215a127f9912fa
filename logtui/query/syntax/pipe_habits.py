"""Pipes of other tools, and how they are written here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_DISTINCT: Final = (
    r"count_?uniq(?:ue)?(?:_hash)?|dc|distinct|uniq(?:ue)?|cardinality|nunique|distinct_count|dcount|estdc"
)
_BY: Final = r"\(?\s*(?P<by>[^|()]+?)\s*\)?\s*(?=\||$)"
_FEW: Final = r"(?:head|first|take)\s+(?P<count>\d+)"
_LAST: Final = r"(?:tail|last)\s+(?P<count>\d+)"
_READ: Final = r"(?:json|logfmt|unpack_json|unpack_logfmt|unpack|parse|extract|spath|jq|pattern|regexp)\b"
_COUNT_ALL: Final = re.compile(r"\bcount\s*(?:\(\s*\*\s*\))?(?!\w|\()")
_ALIAS: Final = re.compile(r"\)\s+(?!as\b)(\w+)")
_BETWEEN: Final = re.compile(r"[\s,]+")
_STEP: Final = re.compile(r"_?time:(\d+\w+)")


def _stats(found: dict[str, str]) -> str:
    what = _ALIAS.sub(r") as \1", _COUNT_ALL.sub("count()", found.get("what") or "count()").strip())
    by = ", ".join(_BETWEEN.split(_STEP.sub(r"bucket(\1)", (found.get("by") or "").strip())))
    return f"| stats {what} by {by}" if by else f"| stats {what}"


def _names(found: dict[str, str]) -> str:
    return f"| fields {', '.join(_BETWEEN.split(found['by'].strip()))}"


def _unique(found: dict[str, str]) -> str:
    return f"| dedup {found['by']}"


def _steps(found: dict[str, str]) -> str:
    by = f" by {found['by']}" if found.get("by") else ""
    return f"| histogram {found.get('step') or '5m'}{by}"


def _percentile(found: dict[str, str]) -> str:
    share = float(found["share"])
    return f"p{share * 100 if share < 1 else share:g}({found['of']})"


PIPE_RULES: Final[tuple[tuple[str, str | Callable[[dict[str, str]], str]], ...]] = (
    (rf"\|\s*{_READ}[^|]*", "!{typed} is not needed: fields are read from each record, leave it out"),
    (
        r"\|\s*(?:fields\s+-|drop|delete|remove|except)[^|]*",
        "!{typed} is written | fields a, b in logtui: those to show",
    ),
    (r"\|\s*(?:stats|summarize|aggregate|agg)\s+by\s*\((?P<by>[^()|]*)\)\s*(?P<what>[^|]+)", _stats),
    (r"\|\s*(?:stats|summarize|aggregate|agg)\s+by\s+(?P<by>[\w.@]+)\s+(?P<what>[^|]+)", _stats),
    (r"\|\s*(?:stats|summarize|aggregate|agg)\s+(?P<what>[^|]+?)\s+by\s*\((?P<by>[^()|]*)\)\s*(?=\||$)", _stats),
    (r"\|\s*(?:summarize|aggregate|agg)\s+(?P<what>[^|]+?)(?:\s+by\s+(?P<by>[^|]+?))?\s*(?=\||$)", _stats),
    (r"\|\s*count\b\s*(?:\(\s*\*?\s*\))?(?:\s*by\s*\(?(?P<by>[^|()]+)\)?)?", _stats),
    (
        rf"\|\s*(?:uniq|unique|distinct|dedup)\s*(?:\bby\b\s*{_BY}|\(\s*(?P<in>[^()|]+)\))",
        lambda found: f"| dedup {found.get('by') or found['in']}",
    ),
    (rf"\|\s*(?:uniq|unique|distinct)\s+{_BY}", _unique),
    (rf"\|\s*{_FEW}", "| limit {count}"),
    (rf"\|\s*{_LAST}", "| sort -timestamp | limit {count}"),
    (r"\|\s*(?:table|project|keep|select|display|fields)\s+(?P<by>[\w.@]+(?:\s*,?\s+[\w.@]+)*)\s*(?=\||$)", _names),
    (r"\|\s*top\s+(?:limit=)?(?P<count>\d+)\s+(?:by\s+)?(?P<by>[\w.@, ]+)", "| top {count} {by}"),
    (r"\|\s*timechart(?:\s+span=(?P<step>\w+))?[^|]*?(?:\sby\s+(?P<by>[\w.@, ]+?))?\s*(?=\||$)", _steps),
    (
        r"\|\s*(?:sort|order)\s*(?:by\b)?\s*\((?P<by>[^()|]+)\)\s*(?P<way>desc|asc|)",
        lambda found: f"| sort {found['by']} {found['way']}".rstrip(),
    ),
    (r"\|\s*order\s+by\s+(?P<by>[^|]+?)\s*(?=\||$)", "| sort {by}"),
    (r"\bcount\(\s*\*\s*\)", "count()"),
    (r"\b(?:mean|average)\((?P<of>[^()]+)\)", "avg({of})"),
    (rf"\b(?:{_DISTINCT})\((?P<of>[^(),]+)\)", "count_distinct({of})"),
    (r"\b(?:quantile|percentile|pct)\(\s*(?P<share>[\d.]+)\s*,\s*(?P<of>[\w.@]+)\s*\)", _percentile),
    (r"\b(?:quantile|percentile|pct)\(\s*(?P<of>[\w.@]+)\s*,\s*(?P<share>[\d.]+)\s*\)", _percentile),
    (r"\b(?:pct|perc|percentile|exactperc|pc)(?P<share>\d+)\((?P<of>[^()]+)\)", _percentile),
    (r"(?:\bspan=|\b_?time:)(?P<of>\d+\w+)", "bucket({of})"),
    (r"\b(?:bin|date_histogram|date_trunc|window|interval)\((?:_?time\w*\s*,\s*)?(?P<of>\d+\w+)\)", "bucket({of})"),
    (r"\|\s*[\w.@]+\s*(?:[:=<>]|!=)[^|]*", "!conditions stand in front of the first |"),
)
"""A form -> how it is written; a text with `!` in front is the whole message."""
