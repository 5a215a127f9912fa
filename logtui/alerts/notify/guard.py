"""A guard against requests that are to reach into the private network through a webhook's address.

Whoever may write alert rules can name any address, and the server stands where its neighbours trust it. All addresses
of a host are therefore checked, and the connection goes to a checked address, so that a second look-up of the name,
which could answer differently, is never made.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import httpx

from logtui.alerts.notify.base import RefusedError, UnavailableError

if TYPE_CHECKING:
    import ssl

    from logtui.alerts.notify.settings import Network

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_PUBLIC_METADATA: Final = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Azure serves its machines' metadata from an address of the public range."""

_PORTS: Final = {"http": 80, "https": 443}
_MOST_TRIED: Final = 3


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which hosts may be spoken to.

    Attributes:
        allow: Networks that are not public and may be reached nevertheless.
        named: A host and port that the operator has named, which are not checked.
    """

    allow: tuple[Network, ...] = ()
    named: tuple[str, int] | None = None

    def check(self, url: str) -> None:
        """Refuse an address on the private network.

        Raises:
            RefusedError: If the address is refused.
            UnavailableError: If the host's name cannot be resolved now.
        """
        self.addresses(*origin(url))

    def addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host, and check all of its addresses.

        Returns:
            The addresses, in the resolver's order.

        Raises:
            RefusedError: If one of the addresses may not be reached.
            UnavailableError: If the host's name cannot be resolved now.
        """
        found = _resolved(host, port)
        refused = [] if self.named == (host, port) else [text for text in found if not self._admits(text)]
        if refused:
            raise RefusedError(
                f"{host} is {refused[0]}, not a public address",
                hint=f"`logtui serve --allow-webhook {_network(refused[0])}` admits it",
            )
        return found

    def _admits(self, text: str) -> bool:
        address = _unwrapped(ipaddress.ip_address(text))
        return _is_public(address) or any(address in network for network in self.allow)


class GuardedTransport(httpx.BaseTransport):
    """Connects to the addresses that a guard has checked.

    Args:
        guard: The guard, asked for each request, those after a redirect included.
        tls: The context that verifies certificates, by the host's name.
    """

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        self._guard = guard
        # Connections are not reused: two hosts on one address would share one, with the certificate of the first.
        self._transport = httpx.HTTPTransport(verify=tls, limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address of its host, of at most three, that accepts a connection.

        Raises:
            RefusedError: If one of the addresses may not be reached.
            UnavailableError: If the host's name cannot be resolved now.
            httpx.TransportError: If no address accepts a connection, or the connection breaks.
        """
        *others, last = self._guard.addresses(*origin(str(request.url)))[:_MOST_TRIED]
        for address in others:
            try:
                return self._transport.handle_request(_addressed(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._transport.handle_request(_addressed(request, last))

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()


def origin(url: str) -> tuple[str, int]:
    """The host and port of an address.

    Raises:
        RefusedError: If the text is no address of the web.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise RefusedError(f"the address cannot be read: {error}") from error
    if parsed.scheme not in _PORTS or not parsed.host:
        raise RefusedError("expected an address that begins with https:// or http://")
    return _host(parsed), parsed.port or _PORTS[parsed.scheme]


def _host(url: httpx.URL) -> str:
    """The host as it is looked up: ASCII, an IPv6 address without brackets."""
    return url.raw_host.decode("ascii")


def _addressed(request: httpx.Request, address: str) -> httpx.Request:
    """The request to an address instead of a name; the header Host and the certificate's name stay the same."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": _host(request.url)},
    )


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnavailableError(f"{host}: {error.strerror or error}") from error
    except UnicodeError as error:
        raise RefusedError(f"{host!r} is no host name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address leads to, if it is one of a gateway's."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: _Address) -> bool:
    is_site = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not address.is_multicast and not is_site and address not in _PUBLIC_METADATA


def _network(text: str) -> str:
    return str(ipaddress.ip_network(_unwrapped(ipaddress.ip_address(text.split("%", 1)[0]))))
