"""What can be set on a server."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from logtui.engine.ingest.admission import HOLD_SECONDS
from logtui.errors import AddressError
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from pathlib import Path

MOST_RECORDS: Final = 1_000
MOST_BODY_BYTES: Final = 64 << 20
MIN_FREE_BYTES: Final = 256 << 20
"""Less than this free is a full disk: the journal's next segment and the worker's next one must fit."""

DRAIN_SECONDS: Final = 16
"""With what is needed to stop, an orchestrator's kill after 20 s is never met."""


SEARCH_SECONDS: Final = 30.0
MOST_SEARCH_SECONDS: Final = 300.0
SEARCHES: Final = 4
SEARCH_QUEUE: Final = 16
TAILS: Final = 16


class Role(StrEnum):
    """Which parts of a server a process runs."""

    ALL = "all"
    FRONT = "front"
    """Receives and answers."""

    WORKER = "worker"
    """Moves records from the journal into the store, merges and retains."""


class Address(NamedTuple):
    """Where to listen.

    Attributes:
        host: A name or an IP address, without brackets.
        port: 0 for any free one.
    """

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `HOST:PORT`; an IPv6 address stands in brackets.

        Raises:
            AddressError: If it is not of this form.
        """
        host, separator, port = text.rpartition(":")
        if not separator or not host or not port.isdecimal() or int(port) > 65_535:
            raise AddressError(f"expected HOST:PORT, got {text!r}", hint="such as 127.0.0.1:8080")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine reach it."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, as only this machine sees it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What can be set on a server.

    Attributes:
        data: The data folder.
        http: Where to listen for HTTP.
        tcp: Where to listen for messages over TCP; None for nowhere.
        udp: The same over UDP.
        tcp_allow: The networks from which messages are taken; empty for any.
        role: Which parts run.
        insecure: Whether ingest on loopback needs no key.
        require_key: Whether reading and alerts need a key also on loopback.
        most_records: What a request to `/api/v1/logs` may hold.
        most_body_bytes: What a request's body may take, as sent and unpacked.
        hold_seconds: How long a request waits for room in the journal.
        journal_bytes: What the journal may take.
        min_free_bytes: Below this the disk counts as full.
        drain_seconds: How long ending may take.
        search_seconds: How long a search may take that does not say it itself.
        most_search_seconds: How long any search may take.
        searches: How many searches run at once.
        search_queue: How many more wait; others are refused.
        tails: How many tails run at once.
    """

    data: Path
    http: Address = field(default=Address("127.0.0.1", 8080))
    tcp: Address | None = field(default=Address("127.0.0.1", 5514))
    udp: Address | None = field(default=Address("127.0.0.1", 5514))
    tcp_allow: tuple[str, ...] = ()
    role: Role = Role.ALL
    insecure: bool = False
    require_key: bool = False
    most_records: int = MOST_RECORDS
    most_body_bytes: int = MOST_BODY_BYTES
    hold_seconds: float = HOLD_SECONDS
    journal_bytes: int = CAP_BYTES
    min_free_bytes: int = MIN_FREE_BYTES
    drain_seconds: int = DRAIN_SECONDS
    search_seconds: float = SEARCH_SECONDS
    most_search_seconds: float = MOST_SEARCH_SECONDS
    searches: int = SEARCHES
    search_queue: int = SEARCH_QUEUE
    tails: int = TAILS

    def check(self) -> None:
        """Make sure that nobody sends from other machines whom nobody has allowed to: messages carry no key.

        Raises:
            AddressError: If that is not so, or a network is none.
        """
        for text in self.tcp_allow:
            try:
                ipaddress.ip_network(text)
            except ValueError as error:
                raise AddressError(f"expected a network, got {text!r}", hint="such as 10.0.0.0/8") from error
        for address in (self.tcp, self.udp):
            if address and not (address.is_loopback or self.tcp_allow or self.insecure):
                hint = "name who may send with --tcp-allow CIDR, or lift this with --insecure"
                raise AddressError(
                    f"{address} can be reached from other machines, and messages carry no key", hint=hint
                )
