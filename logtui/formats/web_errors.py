"""Error logs of web servers: Apache, nginx, lighttpd."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import TIME

_REST: Final = r"(?P<message>(?s:.*))$"


def php_level(kind: str) -> str | None:
    """The level of one of PHP's kinds of errors.

    Args:
        kind: Such as `Fatal error`.

    Returns:
        A level; None for what is no error, such as `Stack trace`.
    """
    last = kind.rpartition(" ")[2].lower()
    return {
        "error": "fatal" if kind.lower().endswith("fatal error") else "error",
        "warning": "warning",
        "notice": "info",
        "deprecated": "info",
        "standards": "info",
    }.get(last)


APACHE_ERROR: Final = Declaration(
    name="apache_error",
    patterns=(
        r"^\[(?P<time_text>[^\]]+)\] \[(?:(?P<logger>[\w-]*):)?(?P<level_text>[a-z]+\d?)\] "
        r"(?:\[pid (?P<pid>\d+)(?::tid (?P<tid>\d+))?\] )?"
        r"(?:\[client (?P<client_ip>[^\]\s]+?)(?::(?P<client_port>\d+))?\] )?"
        rf"{_REST}",
    ),
    samples=(
        "[Tue Jul 22 12:34:56.123456 2025] [core:error] [pid 7:tid 9] [client 10.0.0.7:80] AH00124: too many redirects",
        "[Tue Jul 22 12:34:57 2025] [notice] caught SIGTERM, shutting down",
    ),
    checks=(
        ("level_text", r"^(?:emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])$"),
        ("time_text", rf"^{TIME}$"),
    ),
)
"""Apache 2.2 and 2.4 (Apache documentation, ErrorLogFormat)."""

NGINX_ERROR: Final = Declaration(
    name="nginx_error",
    patterns=(
        rf"^(?P<time_text>\d{{4}}/\d{{2}}/\d{{2}} \d{{2}}:\d{{2}}:\d{{2}}) \[(?P<level_text>[a-z]+)\] "
        rf"(?P<pid>\d+)#(?P<tid>\d+): (?:\*(?P<connection>\d+) )?{_REST}",
    ),
    samples=('2025/07/22 12:34:56 [error] 77#79: *12 open() "/srv/www/a.png" failed (2: No such file or directory)',),
    checks=(("level_text", r"^(?:emerg|alert|crit|error|warn|notice|info|debug)$"),),
)
"""nginx and OpenResty (nginx documentation, error_log)."""

PHP_ERROR: Final = Declaration(
    name="php_error",
    patterns=(rf"^\[(?P<time_text>[^\]]+)\] PHP (?P<error_type>[A-Z][a-z]+(?: [A-Za-z]+){{0,2}}): +{_REST}",),
    samples=(
        "[22-Jul-2025 12:34:56 Europe/Berlin] PHP Warning:  Undefined variable $cart in /srv/shop/a.php on line 3",
    ),
    checks=(("time_text", rf"^{TIME}$"),),
    needs="] PHP ",
    severity=("error_type", php_level),
)
"""PHP's error_log (PHP manual, "Predefined Constants" of error handling)."""

LIGHTTPD_ERROR: Final = Declaration(
    name="lighttpd_error",
    patterns=(rf"^(?P<time_text>{TIME}): \((?P<logger>[\w./-]+\.c\.\d+)\) {_REST}",),
    samples=("2025-07-22 12:34:56: (server.c.1551) server started (lighttpd/1.4.76)",),
    needs=".c.",
)
"""lighttpd (its documentation, server.errorlog)."""
