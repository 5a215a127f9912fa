"""What the bounds of a comparison are: numbers, durations, sizes, addresses, times or text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from logtui.query.meaning.bounds import bounds_of
from logtui.query.syntax.quantities import BYTES, as_address, as_amount, as_duration, as_number, as_size, is_date
from logtui.query.syntax.tree import Compare, Equals, EqualsLiteral, FieldLeaf, Range

if TYPE_CHECKING:
    from collections.abc import Callable

Measured: TypeAlias = Literal["number", "duration", "size", "amount"]
Kind: TypeAlias = Measured | Literal["address", "time", "text"]

SIZES: Final = {
    "bytes": 1,
    **{prefix: factor for prefix, factor in BYTES.items() if prefix},
    **{
        spelt: factor
        for prefix, factor in BYTES.items()
        for end in "bB"
        for spelt in (prefix + end, prefix.lower() + end)
    },
}
"""Units of sizes as cells have them, in bytes; in any case where a `b` tells `1.5mb` from minutes."""


def kind_of(leaf: Compare | Range) -> Kind:
    """What the bounds of a comparison are; text if they are quoted or of several kinds."""
    values = [value for _, value in bounds_of(leaf)]
    if leaf.quoted:
        return "text"
    for kind, read in READERS.items():
        if all(read(value) is not None for value in values):
            return kind
    return "time" if all(map(is_date, values)) else "text"


def asks_for_number(leaf: FieldLeaf) -> bool:
    """Whether `*:40` or `*:>5` is asked, which means numbers and not the levels with those numbers."""
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value):
            return value.isdigit()
        case Compare() | Range():
            return kind_of(leaf) != "text" or any(as_number(value) is not None for _, value in bounds_of(leaf))
        case _:
            return False


def asks_for_sign(leaf: Compare | Range) -> bool:
    """Whether all bounds are zero, which is the same in every unit."""
    return not leaf.quoted and not any(as_number(value) != 0 for _, value in bounds_of(leaf))


def _or_zero(read: Callable[[str], float | None]) -> Callable[[str], float | None]:
    return lambda text: 0.0 if text == "0" else read(text)


def plain_amount(text: str) -> float | None:
    """The number that a text writes, `10M` and `1.5k` included; None if it is no number."""
    number = as_number(text)
    return as_amount(text) if number is None else number


READERS: Final[dict[Kind, Callable[[str], Any]]] = {
    "number": as_number,
    "duration": _or_zero(as_duration),
    "size": _or_zero(as_size),
    "amount": plain_amount,
    "address": as_address,
}
"""Kinds in order of trial, and how a bound is read."""
