"""Expressions for comparisons with IP addresses; IPv6 is compared in Python, once per distinct value."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import polars as pl

from logtui.query import regexes
from logtui.query.meaning.bounds import OPERATORS
from logtui.query.polars.bounds import within
from logtui.query.syntax.quantities import as_address

if TYPE_CHECKING:
    from logtui.query.meaning.addresses import AddressBounds, InNetwork, Ipv4Bounds


def ipv4_of(cell: pl.Expr) -> pl.Expr:
    """Parse the IPv4 address in a cell, which may be mapped into IPv6, as a number.

    Args:
        cell: String.

    Returns:
        UInt32, null where the cell is not an IPv4 address.
    """
    parts = cell.str.split(":").list.last().str.split_exact(".", 3)
    a, b, c, d = (parts.struct.field(f"field_{n}").cast(pl.UInt32, strict=False) for n in range(4))
    return pl.when(cell.str.contains(regexes.IPV4)).then(a * 2**24 + b * 2**16 + c * 2**8 + d)


def in_network(comparison: InNetwork, cell: pl.Expr) -> pl.Expr:
    """Whether the address in a text is inside the network; null or False where the text is not an address."""
    network = comparison.network
    if isinstance(network, ipaddress.IPv4Network):
        return cell.str.contains(regexes.ipv4_regex(network))
    return cell.map_batches(lambda values: _in_ipv6(values, network), return_dtype=pl.Boolean, is_elementwise=True)


def ipv4_bounds(comparison: Ipv4Bounds, cell: pl.Expr) -> pl.Expr:
    """Whether the IPv4 address in a text is between the bounds; null where the text is not an IPv4 address."""
    return within(ipv4_of(cell), comparison.bounds)


def address_bounds(comparison: AddressBounds, cell: pl.Expr) -> pl.Expr:
    """Whether the address in a text is between the bounds; null or False where the text is not an address."""
    limits = [(OPERATORS[op], address) for op, address in comparison.bounds]

    def inside(value: str) -> bool:
        address = as_address(value)
        return address is not None and all(
            address.version == limit.version and compare(address, limit) for compare, limit in limits
        )

    def matching(values: pl.Series) -> pl.Series:
        return values.is_in([value for value in values.unique().to_list() if value is not None and inside(value)])

    return cell.map_batches(matching, return_dtype=pl.Boolean, is_elementwise=True)


def _in_ipv6(values: pl.Series, network: ipaddress.IPv6Network) -> pl.Series:
    distinct = values.unique().to_list()
    addresses = {value: as_address(value) for value in distinct if value and ":" in value}
    inside = [value for value, address in addresses.items() if address is not None and address in network]
    return values.is_in(inside)
