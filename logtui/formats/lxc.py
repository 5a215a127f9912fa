"""Logs of Linux containers: `lxc-start` and its kin."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration

_LEVEL: Final = r"(?P<level_text>TRACE|DEBUG|INFO|NOTICE|WARN|ERROR|CRIT|ALERT|FATAL)"
_TIME: Final = r"(?P<time_text>(?:\d{14}|\d{10})\.\d{3})"
_REST: Final = r"(?P<logger>\S+) - (?P<caller>[^\s:]+:\w+:\d+) - (?P<message>.*)$"

LXC: Final = Declaration(
    name="lxc",
    patterns=(
        rf"^\s*(?P<service>lxc[\w-]*)(?: (?P<container>[\w.-]+))? {_TIME} {_LEVEL}\s+{_REST}",
        rf"^\s*(?P<container>[\w.-]+) {_TIME} {_LEVEL}\s+{_REST}",
    ),
    samples=(
        "lxc-start 20250722123456.115 ERROR    start - start.c:lxc_spawn:1525 - Failed to spawn container",
        "lxc web-1 20250722123456.115 WARN     cgfsng - cgroups/cgfsng.c:chowmod:1525 - No such file or directory",
    ),
)
"""The log of liblxc (lxc.container.conf(5), "Logging"); the times are in the host's zone, as its other logs are."""
