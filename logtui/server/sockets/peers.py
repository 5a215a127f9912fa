"""Who may send: the peers that an administrator has named by their networks."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Peers:
    """Decides on addresses.

    Args:
        networks: Where peers may be; None for anywhere.
    """

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network] | None = None) -> None:
        self._networks = None if networks is None else tuple(networks)

    def allow(self, address: str) -> bool:
        """Whether the peer of an address, as `plain_address` writes it, may send."""
        if self._networks is None:
            return True
        peer = ip_address(address)
        return any(peer in network for network in self._networks)


@lru_cache(maxsize=4096)
def plain_address(address: str) -> str:
    """An address as people write it: without the zone of a link, IPv4 where IPv6 only carries it."""
    found = ip_address(address.partition("%")[0])
    return str((found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found)
