"""How many files a process may have open, of which connections must leave enough for the store."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Final

_WANTED: Final = 20_000
_KEPT_FREE: Final = 512
"""For the journal, segments, databases and searches."""

_MOST_CONNECTIONS: Final = 8_000


def raise_open_files() -> None:
    """Let this process have as many files open as it may want, as far as the system allows.

    Shells mostly allow 1,024 at first, and more to those who ask.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS has a bound of its own below the one that it states.
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """How many connections of one protocol may be open: HTTP and TCP together leave files for the store."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(1, min(_MOST_CONNECTIONS, (soft - _KEPT_FREE) // 2))
