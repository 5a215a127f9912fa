"""Recognises the kind of the bounds of a comparison: numbers, durations, sizes, addresses, times or text."""

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
"""Units of sizes in cells, in bytes. Lower case is allowed only with a `b`, since `1.5m` means minutes."""


def kind_of(leaf: Compare | Range) -> Kind:
    """Recognise the kind of the bounds of a comparison; text if they are quoted or of several kinds."""
    values = [value for _, value in bounds_of(leaf)]
    if leaf.quoted:
        return "text"
    for kind, read in READERS.items():
        if all(read(value) is not None for value in values):
            return kind
    return "time" if all(map(is_date, values)) else "text"


def asks_for_number(leaf: FieldLeaf) -> bool:
    """Whether a leaf compares with a number; `*:40` and `*:>5` then mean numbers, and not the levels 40 or above 5."""
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
    """Parse a number, such as `10M` or `1.5k`; None if the text is not a number."""
    number = as_number(text)
    return as_amount(text) if number is None else number


READERS: Final[dict[Kind, Callable[[str], Any]]] = {
    "number": as_number,
    "duration": _or_zero(as_duration),
    "size": _or_zero(as_size),
    "amount": plain_amount,
    "address": as_address,
}
"""The function that parses a bound of each kind, in order of trial."""
