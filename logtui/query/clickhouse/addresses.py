"""Conditions on IP addresses in texts."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from logtui.query import regexes
from logtui.query.clickhouse.approximation import Approximation
from logtui.query.clickhouse.sql import Sql, all_of, integer, sql, text
from logtui.query.clickhouse.texts import searched

if TYPE_CHECKING:
    from logtui.query.meaning.addresses import AddressBounds, InNetwork, Ipv4Bounds


def in_network(comparison: InNetwork, cell: Sql) -> Approximation:
    """Whether the address in a text is inside the network."""
    network = comparison.network
    if isinstance(network, ipaddress.IPv4Network):
        return Approximation.exactly(searched(cell, regexes.ipv4_regex(network)))
    return Approximation.needing(sql("position({}, {}) > 0", cell, text(":")))


def ipv4_bounds(comparison: Ipv4Bounds, cell: Sql) -> Approximation:
    """Whether the IPv4 address in a text is between the bounds; one that is mapped into IPv6 may be."""
    number = sql("IPv4StringToNumOrDefault({})", cell)
    held = all_of(sql(f"{{}} {op} {{}}", number, integer(limit)) for op, limit in comparison.bounds)
    is_mapped = sql("position({}, {}) > 0", cell, text(":"))
    return Approximation.where(searched(cell, regexes.PLAIN_IPV4), held, is_mapped)


def address_bounds(_comparison: AddressBounds, cell: Sql) -> Approximation:
    """Whether the address in a text is between the bounds."""
    return Approximation.needing(searched(cell, "[.:]"))
