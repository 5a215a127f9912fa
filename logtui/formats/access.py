"""Web access logs: the common and combined formats of Apache and nginx (Apache documentation, mod_log_config)."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import CLF_TIME


def status_level(status: str) -> str | None:
    """The level that an answer's status means.

    Args:
        status: Such as `404`.

    Returns:
        5xx error, 4xx warn, else info; None if it is no number.
    """
    if not status.isdigit():
        return None
    return "error" if int(status) >= 500 else "warn" if int(status) >= 400 else "info"


_REQUEST: Final = (
    r'"(?:(?P<method>[A-Z]{3,20}) (?P<path>[^" ]*)(?: (?P<protocol>[A-Z]+/[\d.]+))?|(?P<request>(?:[^"\\]|\\.)*))"'
)
ACCESS: Final = Declaration(
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
    severity=("status", status_level),
)
