"""Aggregations as JSON: what a request asks for, and what its answer says."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from logtui.engine.search.aggregations.results import (
    CardinalityResult,
    HistogramResult,
    Interval,
    StatsResult,
    Term,
    TermsResult,
)
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Spec, Stats, Terms, inner_of
from logtui.model.names import CORE_ALIASES
from logtui.model.record import CORE_SCHEMA
from logtui.model.times import ns_of, rfc3339
from logtui.query.syntax.quantities import NANOSECONDS, as_duration
from logtui.server.nearest import offer
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from logtui.engine.search.aggregations.results import Aggregated, Result

Json: TypeAlias = dict[str, Any]

MOST_AGGREGATIONS: Final = 20
"""Aggregations of a request, nested ones included; they share one bound of memory."""

MOST_TERMS: Final = 10_000
"""Values that one aggregation may list."""

_SIZE: Final = 10
_SHORTEST: Final = NANOSECONDS["ms"]
_KEYS: Final = {
    "terms": ("field", "size", "aggregations"),
    "histogram": ("field", "interval", "by", "size", "aggregations"),
    "stats": ("field",),
    "cardinality": ("field",),
}
_TAKEN: Final = ("count", "time", "by")
"""Members of a group that a nested aggregation must not be named like."""

_STATISTICS: Final = ("count", "min", "max", "avg", "sum", "p50", "p95", "p99")


def parsed(raw: object) -> dict[str, Spec]:
    """Read the aggregations of a request.

    Args:
        raw: The member `aggregations`, decoded from JSON; None if there is none.

    Returns:
        The aggregations by name.

    Raises:
        ProblemError: 400 with the place of the fault.
    """
    specs = _specs({} if raw is None else raw, "aggregations")
    number = len(specs) + sum(len(inner_of(spec)) for spec in specs.values())
    if number > MOST_AGGREGATIONS:
        raise _fault("aggregations", f"at most {MOST_AGGREGATIONS} with the nested ones, got {number}")
    return specs


def answered(results: Aggregated) -> dict[str, Json]:
    """Write results as the members `aggregations` and `aggregations_meta` of an answer.

    The second has for each aggregation the number of `other` and `missing` records, whether it is `exact`, and the same
    of nested ones by the value or the time of their group.
    """
    return {
        "aggregations": {name: _written(result) for name, result in results.results.items()},
        "aggregations_meta": {name: _meta(result) for name, result in results.results.items()},
    }


def _specs(raw: object, place: str) -> dict[str, Spec]:
    named = _object(raw, place)
    return {name: _spec(one, f"{place}.{name}", is_nested="." in place) for name, one in named.items()}


def _spec(raw: object, place: str, *, is_nested: bool) -> Spec:
    asked = _object(raw, place)
    kind = asked.get("type", "terms")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise _unknown(f"{place}.type", kind, _KEYS)
    for key in asked:
        if key not in ("type", *_KEYS[kind]):
            raise _unknown(f"{place}.{key}", key, ("type", *_KEYS[kind]))
    if is_nested and "aggregations" in asked:
        raise _fault(f"{place}.aggregations", "a nested aggregation cannot hold further ones")
    match kind:
        case "terms":
            return _terms(asked, place)
        case "histogram":
            return _histogram(asked, place)
        case "stats":
            return Stats(_numbers(asked, place))
        case _:
            return Cardinality(_field(asked, "field", place))


def _terms(asked: Json, place: str) -> Terms:
    field = _field(asked, "field", place)
    return Terms(field, _size(asked, field, place), _nested(asked, place))


def _histogram(asked: Json, place: str) -> Histogram:
    field = _field({"field": "timestamp", **asked}, "field", place)
    if _core(field) != "timestamp":
        raise _fault(f"{place}.field", f"a histogram is over timestamp, got {_shown(field)}")
    by = None if asked.get("by") is None else _field(asked, "by", place)
    return Histogram(_interval(asked, place), by, _size(asked, by, place), _nested(asked, place))


def _nested(asked: Json, place: str) -> dict[str, Spec]:
    specs = _specs(asked.get("aggregations", {}), f"{place}.aggregations")
    for name in specs:
        if name in _TAKEN:
            raise _fault(f"{place}.aggregations.{name}", f"{name} is a member of each group; choose another name")
    return specs


def _field(asked: Json, key: str, place: str) -> str:
    field = asked.get(key)
    if not isinstance(field, str) or not field.strip():
        raise _fault(f"{place}.{key}", f"expected the name of a field, got {_shown(field)}")
    return field


def _size(asked: Json, field: str | None, place: str) -> int | None:
    if "size" not in asked:
        return None if field is not None and _core(field) == "level" else _SIZE
    size = asked["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MOST_TERMS:
        raise _fault(f"{place}.size", f"expected a whole number from 1 to {MOST_TERMS}, got {_shown(size)}")
    return size


def _interval(asked: Json, place: str) -> str:
    interval = asked.get("interval")
    length = as_duration(interval) if isinstance(interval, str) else None
    if not isinstance(interval, str) or length is None or length < _SHORTEST:
        raise _fault(f"{place}.interval", f"expected a length of at least 1ms such as 5m or 1h, got {_shown(interval)}")
    return interval


def _numbers(asked: Json, place: str) -> str:
    """The name of a field that may hold numbers."""
    field = _field(asked, "field", place)
    if isinstance(CORE_SCHEMA.get(_core(field)), pl.Datetime | pl.Enum):
        raise _fault(f"{place}.field", f"stats are of numbers, and {field} holds none")
    return field


def _core(field: str) -> str:
    return CORE_ALIASES.get(field, field)


def _object(raw: object, place: str) -> Json:
    if not isinstance(raw, dict):
        raise _fault(place, f"expected an object, got {_shown(raw)}")
    return raw


def _unknown(place: str, word: object, known: Iterable[str]) -> ProblemError:
    return _fault(place, f"unknown {_shown(word)}; {offer(str(word), known)}")


def _fault(place: str, detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, f"{place}: {detail}", reason="aggregation", members={"place": place})


def _shown(raw: object) -> str:
    text = "nothing" if raw is None else json.dumps(raw)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _written(result: Result) -> Json | list[Json] | int:
    match result:
        case TermsResult():
            return {term.value: _term(term) for term in result.terms}
        case HistogramResult():
            return [_row(interval, is_divided=result.is_divided) for interval in result.intervals]
        case StatsResult():
            return {name: getattr(result, name) for name in _STATISTICS}
        case CardinalityResult():
            return result.count


def _term(term: Term) -> Json | int:
    return {"count": term.count, **_all_written(term.aggregations)} if term.aggregations else term.count


def _row(interval: Interval, *, is_divided: bool) -> Json:
    by = {"by": dict(interval.by)} if is_divided else {}
    return {"time": _time(interval), "count": interval.count, **by, **_all_written(interval.aggregations)}


def _all_written(results: Mapping[str, Result]) -> Json:
    return {name: _written(result) for name, result in results.items()}


def _time(interval: Interval) -> str:
    return rfc3339(ns_of(interval.time))


def _meta(result: Result) -> Json:
    meta: Json = {"missing": result.missing, "exact": result.is_exact}
    match result:
        case TermsResult():
            groups = {term.value: term.aggregations for term in result.terms}
        case HistogramResult():
            groups = {_time(interval): interval.aggregations for interval in result.intervals}
        case _:
            return meta
    nested = {group: {name: _meta(one) for name, one in inner.items()} for group, inner in groups.items() if inner}
    return {"other": result.other, **meta, **({"aggregations": nested} if nested else {})}
