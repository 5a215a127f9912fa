"""Comparisons of IP addresses; an IPv4-mapped IPv6 address counts as IPv4."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from logtui.query.meaning.texts import AnyOf, TextComparison, Whole
from logtui.query.syntax.quantities import as_address, as_network

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Sequence

    from logtui.query.meaning.bounds import Bound
    from logtui.query.meaning.comparison import Bounds

    Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class InNetwork(TextComparison, frozen=True):
    """Addresses inside a network."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network


class Ipv4Bounds(TextComparison, frozen=True):
    """IPv4 addresses between bounds, which are 32-bit numbers."""

    bounds: Bounds


class AddressBounds(TextComparison, frozen=True):
    """Addresses between bounds, which are addresses; an address of the other version matches no bound."""

    bounds: Bounds


def same_address(value: str, address: Address) -> TextComparison:
    """The comparison with an address, which all spellings of that address meet."""
    same = InNetwork(as_network(f"{address}/{address.max_prefixlen}"))
    return same if address.version == 4 else AnyOf((Whole(value), same))


def address_bounds(bounds: Sequence[Bound]) -> TextComparison:
    """The comparison with bounds that are addresses, as typed."""
    read = [(op, address) for op, text in bounds if (address := as_address(text)) is not None]
    if all(address.version == 4 for _, address in read):
        return Ipv4Bounds(tuple((op, int(address)) for op, address in read))
    return AddressBounds(tuple(read))
