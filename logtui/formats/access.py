"""Web access logs: the common and combined formats of Apache and nginx (Apache documentation, mod_log_config)."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats.base import PatternFormat
from logtui.formats.timestamps import CLF_TIME

_REQUEST: Final = (
    r'"(?:(?P<method>[A-Z]{3,20}) (?P<path>[^" ]*)(?: (?P<protocol>[A-Z]+/[\d.]+))?|(?P<request>(?:[^"\\]|\\.)*))"'
)
_LINE: Final = PatternFormat(
    name="access",
    patterns=(
        r"^(?:(?P<vhost>[\w.-]+:\d+) )?(?P<client_ip>[0-9A-Za-z_.:%-]+) \S+ (?:-|(?P<user>[^\[]+?)) "
        rf"\[(?P<time_text>{CLF_TIME})\] (?P<message>{_REQUEST} (?P<status>\d{{3}}|-) (?:-|(?P<response_bytes>\d+))"
        r'(?: "(?:-|(?P<referrer>(?:[^"\\]|\\.)*))" "(?:-|(?P<user_agent>(?:[^"\\]|\\.)*))")?.*)$',
    ),
    samples=(
        '203.0.113.9 - alice [22/Jul/2025:12:34:56 +0000] "GET /api/orders?id=7 HTTP/1.1" 502 157 "-" "curl/8.5"',
        '10.0.0.7 - - [22/Jul/2025:12:34:56 +0200] "POST /login HTTP/1.0" 200 -',
    ),
    headed=False,
)


class Access:
    """Access logs; the status is the level of a line that has no other: 5xx error, 4xx warn, else info."""

    name = _LINE.name
    headed = _LINE.headed
    samples = _LINE.samples

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts."""
        reading = _LINE.read(texts)
        status = pl.col("@status").cast(pl.UInt16, strict=False)
        level = pl.when(status >= 500).then(pl.lit("error")).when(status >= 400).then(pl.lit("warn"))
        return reading.with_columns(severity=pl.when(status.is_not_null()).then(level.otherwise(pl.lit("info"))))
