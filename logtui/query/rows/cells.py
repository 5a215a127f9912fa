"""Leaves over the texts of fields: whole values in any case, quantities by what the bounds are."""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from logtui.query import regexes
from logtui.query.expressions.kinds import READERS, SIZES, asks_for_sign, kind_of
from logtui.query.expressions.moments import moment_bound
from logtui.query.expressions.scope import Scope, bounds_of
from logtui.query.rows import texts
from logtui.query.syntax.quantities import (
    GROUPED_NUMBER,
    NANOSECONDS,
    PLAIN_NUMBER,
    as_address,
    as_duration,
    as_network,
    as_number,
    exact_number,
    is_canonical_number,
    is_unusual_number,
    size_unit_of,
    time_unit_of,
)
from logtui.query.syntax.tree import (
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Range,
    Regex,
)

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Callable, Sequence

    from logtui.query.expressions.kinds import Kind
    from logtui.query.rows.texts import Test

Limits: TypeAlias = "Sequence[tuple[str, Any]]"

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FLOAT: Final = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)
_COMPOUND: Final = re.compile(r"-?(?:[0-9][0-9.]*[a-zµμ]+ ?[0-9]|P[0-9T])")
_GROUPED: Final = re.compile(GROUPED_NUMBER, re.ASCII)
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"(?:::ffff:)?((?:{_OCTET}\.){{3}}{_OCTET})", re.IGNORECASE | re.ASCII)
_TIME: Final = re.compile(
    r"(\d{4}-\d\d?-\d\d?)(?:[T ](\d\d?:\d\d?:\d\d?(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?)?", re.ASCII | re.IGNORECASE
)


def cell_test(leaf: FieldLeaf, name: str, scope: Scope) -> Test:
    """The test of a field leaf over text.

    Args:
        leaf: The leaf.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
        scope: The surroundings.

    Returns:
        Whether a value is what the leaf asks for.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    match leaf:
        case Equals(value=value):
            return _equals(value)
        case EqualsLiteral(value=value):
            return texts.whole(value)
        case Exact(value=value):
            return lambda text: text == value
        case Compare() | Range():
            return _compared(leaf, name, scope)
        case Cidr(network=network):
            return _in_network(as_network(network))
        case Exists():
            return lambda _: True
        case Prefix() | Glob() | Regex():
            return like(leaf)


def like(leaf: Prefix | Glob | Regex) -> Test:
    """The test of a leaf that is a pattern over whole values."""
    match leaf:
        case Prefix(value=value):
            return texts.prefix(value)
        case Glob(pattern=pattern):
            return texts.glob(pattern)
        case Regex(pattern=pattern, flags=flags):
            return texts.regex(pattern, flags)


def within(limits: Limits) -> Callable[[Any], bool]:
    """Whether a value keeps all limits, operators and what they compare with."""
    (first, low), *others = [(_OPERATORS[op], limit) for op, limit in limits]
    return lambda value: first(value, low) and all(compare(value, limit) for compare, limit in others)


def _equals(value: str) -> Test:
    if is_canonical_number(value):
        matches = re.compile(regexes.number_regex(value).removesuffix("$")).fullmatch
        return lambda text: matches(text) is not None
    is_same = texts.whole(value)
    if is_unusual_number(value):
        number, is_plain = as_number(value), re.compile(PLAIN_NUMBER).match
        return lambda text: is_same(text) or (is_plain(text) is not None and exact_number(text) == number)
    address = as_address(value)
    if address is None:
        return is_same
    inside = _in_network(as_network(f"{address}/{address.max_prefixlen}"))
    return inside if address.version == 4 else lambda text: is_same(text) or inside(text)


def _in_network(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Test:
    if network.version == 4:
        first, last = int(network.network_address), int(network.broadcast_address)
        return lambda text: (number := _ipv4(text)) is not None and first <= number <= last
    return lambda text: ":" in text and (address := as_address(text)) is not None and address in network


def _compared(leaf: Compare | Range, name: str, scope: Scope) -> Test:
    kind, bounds = kind_of(leaf), bounds_of(leaf)
    if kind == "text":
        return within(bounds)
    if kind == "time":
        return _times([moment_bound(bound, scope, leaf.span) for bound in bounds], scope)
    if kind == "address6":
        return _addresses(bounds)
    read = READERS[kind]
    number = _measure if asks_for_sign(leaf) else _reader(kind, name)
    keeps = within([(op, read(value)) for op, value in bounds])
    return lambda text: (found := number(_ungrouped(text))) is not None and keeps(found)


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if "," in text and _GROUPED.match(text) else text


def _measure(text: str) -> float | None:
    """What is below, at or above zero in any unit."""
    return next((found for read in (_number, _duration, _size) if (found := read(text)) is not None), None)


def _reader(kind: Kind, name: str) -> Callable[[str], float | None]:
    if kind == "number":
        return _number
    if kind == "address":
        return _ipv4
    unit = time_unit_of(name) if kind == "duration" else size_unit_of(name) or (1 if kind == "amount" else None)
    typed = _duration if kind == "duration" else _size

    def read(text: str) -> float | None:
        found = typed(text)
        if found is not None or unit is None:
            return found
        plain = _number(text)
        return None if plain is None else plain * unit

    return read


def _number(text: str) -> float | None:
    return exact_number(text) if _FLOAT.fullmatch(text) else None


def _duration(text: str) -> float | None:
    found = _in_units(text, NANOSECONDS)
    return as_duration(text) if found is None and _COMPOUND.match(text) else found


def _size(text: str) -> float | None:
    return _in_units(text, SIZES)


def _in_units(text: str, units: dict[str, int]) -> float | None:
    letters = "".join({letter for unit in units for letter in unit})
    number = _number(text.rstrip(letters + " "))
    unit = units.get(text.lstrip("+-0123456789.").lstrip(" "))
    return None if number is None or unit is None else number * unit


def _ipv4(text: str) -> int | None:
    match = _IPV4.fullmatch(text)
    if match is None:
        return None
    a, b, c, d = map(int, match[1].split("."))
    return a << 24 | b << 16 | c << 8 | d


def _addresses(bounds: Limits) -> Test:
    limits = [(_OPERATORS[op], address) for op, text in bounds if (address := as_address(text)) is not None]

    def keeps(text: str) -> bool:
        found = as_address(text)
        return found is not None and all(
            found.version == limit.version and compare(found, limit) for compare, limit in limits
        )

    return keeps


def _times(bounds: list[tuple[str, datetime]], scope: Scope) -> Test:
    """Texts that state a zone are compared as instants, the others as wall time in the session's zone."""
    keeps_instant = within(bounds)
    keeps_wall = within([(op, moment.astimezone(scope.zone).replace(tzinfo=None)) for op, moment in bounds])

    def keeps(text: str) -> bool:
        found = _time(text)
        return found is not None and (keeps_instant(found) if found.tzinfo else keeps_wall(found))

    return keeps


def _time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match[1].split("-"))
    hour, minute, second = (match[2] or "0:0:0").split(":")
    whole, _, fraction = second.partition(".")
    try:
        wall = datetime(year, month, day, int(hour), int(minute), int(whole), int(fraction[:6].ljust(6, "0")))
        zone = match[3]
        return wall if zone is None else wall.replace(tzinfo=datetime.strptime(zone.upper(), "%z").tzinfo or UTC)
    except ValueError:
        return None
