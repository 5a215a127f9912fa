"""IP addresses in cells: IPv4 by arithmetic on columns, IPv6 once per distinct value."""

from __future__ import annotations

import ipaddress
from typing import Final

import polars as pl

from logtui.query.quantities import as_address

_IPV4: Final = r"(?i)^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$"


def ipv4_of(cell: pl.Expr) -> pl.Expr:
    """The number of the IPv4 address in a cell, alone or mapped into IPv6.

    Args:
        cell: String.

    Returns:
        UInt32, null where the cell is no IPv4 address.
    """
    parts = cell.str.extract_groups(_IPV4)
    numbers = [parts.struct.field(str(n)).cast(pl.UInt8, strict=False).cast(pl.UInt32) for n in range(1, 5)]
    a, b, c, d = numbers
    return a * 2**24 + b * 2**16 + c * 2**8 + d


def in_network(cell: pl.Expr, network: str) -> pl.Expr:
    """Whether the address in a cell is inside a network.

    Args:
        cell: String.
        network: `address/length`, valid; host bits are ignored.

    Returns:
        Boolean, null or False where the cell is no address.
    """
    wanted = _folded(ipaddress.ip_network(network, strict=False))
    if isinstance(wanted, ipaddress.IPv4Network):
        first, last = int(wanted.network_address), int(wanted.broadcast_address)
        number = ipv4_of(cell)
        return (number >= pl.lit(first, pl.UInt32)) & (number <= pl.lit(last, pl.UInt32))
    return cell.map_batches(
        lambda values: _in_ipv6(values, wanted), return_dtype=pl.Boolean, is_elementwise=True
    )


def _folded(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.ip_network(f"{mapped}/{network.prefixlen - 96}", strict=False)


def _in_ipv6(values: pl.Series, network: ipaddress.IPv6Network) -> pl.Series:
    inside = [
        value
        for value in values.unique().to_list()
        if value and ":" in value and as_address(value) in network
    ]
    return values.is_in(inside)
