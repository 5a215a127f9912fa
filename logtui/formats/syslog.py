"""Syslog: RFC 5424, RFC 3164, and the files that syslog daemons write without a priority."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats.base import PatternFormat
from logtui.formats.timestamps import ISO_TIME, SYSLOG_TIME
from logtui.formats.words import LEVEL
from logtui.model.levels import SYSLOG_SEVERITIES

_TAG: Final = r"(?P<service>[^\s:\[\]<>]{1,64}?)(?:\[(?P<pid>[^\]\s]{1,32})\])?"
_STRUCTURED: Final = r"(?P<structured_data>-|(?:\[[^\]]*(?:\\\][^\]]*)*\])+)"

_RFC5424: Final = PatternFormat(
    name="syslog5424",
    patterns=(
        rf"^<(?P<priority>\d{{1,3}})>\d{{1,2}} (?P<time_text>-|{ISO_TIME}) (?:-|(?P<host>\S+)) (?:-|(?P<service>\S+)) "
        rf"(?:-|(?P<pid>\S+)) (?:-|(?P<msgid>\S+)) {_STRUCTURED}(?: \ufeff?(?P<message>(?s:.*)))?$",
    ),
    samples=('<165>1 2025-07-22T12:34:56.003Z db-1 postgres 8710 ID47 [meta@1 seq="7"] checkpoint complete',),
)
_PRIORITY: Final = r"<(?P<priority>\d{1,3})>"
_TIME: Final = rf"(?P<time_text>{SYSLOG_TIME})"
_MESSAGE: Final = r"(?P<message>(?s:.*))"
_RFC3164: Final = PatternFormat(
    name="syslog",
    patterns=(
        rf"^(?:{_PRIORITY})?{_TIME}\s+(?P<host>[^\s\[\]:]+) {_TAG}: ?{_MESSAGE}$",
        rf"^{_PRIORITY}(?:{_TIME})?\s*(?:(?P<host>[^\s\[\]:]+) )?(?:{_TAG}: ?)?{_MESSAGE}$",
        rf"^{_TIME}\s+(?P<host>[A-Za-z][\w.-]*) (?P<message>last message repeated.*|--MARK--.*|kernel .*)$",
    ),
    samples=(
        "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8",
        "Oct  7 15:04:05 node-1 kernel: oom-kill: task=java,pid=4211",
    ),
    refuses=(("host", rf"^{LEVEL}$"),),
)


class Syslog:
    """A syslog dialect; the priority gives the level (RFC 5424, section 6.2.1).

    Args:
        pattern: The dialect's header.
    """

    headed = True

    def __init__(self, pattern: PatternFormat) -> None:
        self._pattern = pattern
        self.name = pattern.name
        self.samples = pattern.samples

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts."""
        reading = self._pattern.read(texts)
        severity = pl.col("@priority").cast(pl.UInt16, strict=False) % 8
        words = severity.replace_strict(dict(enumerate(SYSLOG_SEVERITIES)), default=None, return_dtype=pl.String)
        return reading.with_columns(level_text=words)


SYSLOG_5424: Final = Syslog(_RFC5424)
SYSLOG_3164: Final = Syslog(_RFC3164)
