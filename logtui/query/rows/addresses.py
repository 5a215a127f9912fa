"""Tests of texts for comparisons with IP addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.query.meaning.bounds import OPERATORS
from logtui.query.rows.bounds import within
from logtui.query.syntax.quantities import as_address

if TYPE_CHECKING:
    from logtui.query.meaning.addresses import AddressBounds, InNetwork, Ipv4Bounds
    from logtui.query.rows.texts import Test

_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4: Final = re.compile(rf"(?:::ffff:)?((?:{_OCTET}\.){{3}}{_OCTET})", re.IGNORECASE | re.ASCII)


def in_network(comparison: InNetwork) -> Test:
    """Whether a text is an address inside the network."""
    network = comparison.network
    if network.version == 4:
        first, last = int(network.network_address), int(network.broadcast_address)
        return lambda text: (number := _ipv4(text)) is not None and first <= number <= last
    return lambda text: ":" in text and (address := as_address(text)) is not None and address in network


def ipv4_bounds(comparison: Ipv4Bounds) -> Test:
    """Whether a text is an IPv4 address between the bounds."""
    keeps = within(comparison.bounds)
    return lambda text: (number := _ipv4(text)) is not None and keeps(number)


def address_bounds(comparison: AddressBounds) -> Test:
    """Whether a text is an address between the bounds."""
    limits = [(OPERATORS[op], address) for op, address in comparison.bounds]

    def keeps(text: str) -> bool:
        found = as_address(text)
        return found is not None and all(
            found.version == limit.version and compare(found, limit) for compare, limit in limits
        )

    return keeps


def _ipv4(text: str) -> int | None:
    match = _IPV4.fullmatch(text)
    if match is None:
        return None
    a, b, c, d = map(int, match[1].split("."))
    return a << 24 | b << 16 | c << 8 | d
