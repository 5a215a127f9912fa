"""Constants that the column readers and the row readers share when they make records of lines."""

from __future__ import annotations

from typing import Final

MAX_RECORD_BYTES: Final = 1024 * 1024
"""A record that grows beyond this is cut; what follows starts another one."""

STREAM_GAP: Final = 256
"""A line that comes more than this many lines after the last one of its stream starts a record."""

BLANKS: Final = " \t\r\n\v\f"
"""A line of nothing else is blank: it starts no record."""

DOCKER_PIECE: Final = 16 * 1024
"""Docker cuts longer lines into pieces of this many bytes, of which only the last ends in a line end."""

MAX_DEPTH: Final = 4
"""Envelopes are opened this deep."""

INNER_FIRST: Final = ("level_text", "severity", "service", "host", "logger", "message")
"""Core texts for which the payload's value wins over the envelope's."""

ESCAPE: Final = r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))"
"""A terminal escape (ECMA-48, CSI and OSC)."""

SYSLOG_FORMATS: Final = ("syslog", "syslog5424")
"""Formats whose messages may be lines of other loggers, sent on by a daemon."""

LINE_IN_SYSLOG: Final = r"^(?:[DIWEF]\d{4,8} \d\d:\d\d:|[A-Za-z]+:[A-Za-z_][\w.-]*:|[A-Za-z_]\w*=\S)"
"""How such a line may begin: as klog's, as Python's basic layout, or as logfmt."""
