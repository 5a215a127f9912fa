"""What the sockets of one protocol have taken so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class SocketCounters:
    """Numbers since the start. One event loop changes them; anybody may read them.

    Attributes:
        bytes: Bytes that were read.
        records: Records that are durable.
        rejected: Messages that became dead letters.
        waiting: Records and letters that have been read and are not durable yet.
        lost: Those that were given up when the server ended, because the journal or the disk still refused them.
        dropped: Datagrams that the system let go because they were not read in time.
        connections: Connections that are open.
        held: Bytes of messages on these connections that are not complete yet.
        refused: Connections and datagrams of peers that are not allowed, and connections above a limit.
    """

    bytes: int = 0
    records: int = 0
    rejected: int = 0
    waiting: int = 0
    lost: int = 0
    dropped: int = 0
    connections: int = 0
    held: int = 0
    refused: int = 0
