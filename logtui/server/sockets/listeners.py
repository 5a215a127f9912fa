"""The sockets of a server besides HTTP: started and ended with its event loop."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from logtui.server.logs import log
from logtui.server.open_files import most_connections
from logtui.server.sockets.counters import SocketCounters
from logtui.server.sockets.keeper import MessageKeeper
from logtui.server.sockets.peers import Peers
from logtui.server.sockets.tcp import TcpLimits, TcpServer
from logtui.server.sockets.udp import UdpServer
from logtui.server.tls import tls_context

if TYPE_CHECKING:
    from logtui.engine.ingest.intake import Intake
    from logtui.server.letter_box import LetterBox
    from logtui.server.settings import ServerSettings

PROTOCOLS: Final = ("tcp", "udp")


class Listeners:
    """Takes messages over TCP and UDP, as far as that is set.

    Args:
        settings: Where to listen, and who may send.
        intake: Where records go.
        letter_box: Where messages go that are not taken.

    Attributes:
        counters: What each protocol has taken.

    Raises:
        ConfigError: If the certificate cannot be used.
    """

    def __init__(self, settings: ServerSettings, intake: Intake, letter_box: LetterBox) -> None:
        self.counters: Final = {name: SocketCounters() for name in PROTOCOLS}
        self._settings = settings
        networks = [ip_network(each) for each in settings.tcp_allow]
        peers = Peers(networks or None)
        keepers = {
            name: MessageKeeper(intake.append_async, letter_box.add, name, self.counters[name]) for name in PROTOCOLS
        }
        tls = tls_context(settings)
        limits = TcpLimits(most_connections())
        self._tcp = TcpServer(keepers["tcp"], peers, limits, tls) if settings.tcp else None
        self._udp = UdpServer(keepers["udp"], peers) if settings.udp else None

    async def start(self) -> None:
        """Begin to take messages.

        Raises:
            OSError: If an address cannot be had.
        """
        if self._tcp and (address := self._settings.tcp):
            await self._tcp.start(*address)
            log.info("listening for messages", tcp=str(address._replace(port=self._tcp.port)))
        if self._udp and (address := self._settings.udp):
            await self._udp.start(*address)
            log.info("listening for messages", udp=str(address._replace(port=self._udp.port)))

    async def close(self) -> None:
        """Take nothing more, and keep what has come."""
        for each in (self._tcp, self._udp):
            if each:
                await each.close()
