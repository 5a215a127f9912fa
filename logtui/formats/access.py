"""Access logs of web servers and proxies: the common log format and its kin, HAProxy, Squid, Envoy, gin, morgan.

Each record is an answered request: the message is the request with what follows, and the answer's status stands in
for the level.
"""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import CLF_TIME, ISO_TIME, SYSLOG_TIME, TIME


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


_REST: Final = r"(?P<message>(?s:.*))$"
_TEXT: Final = r'(?:[^"\\]|\\.)*'
_REQUEST: Final = r"(?P<method>[A-Za-z_-]+) (?P<path>(?:[^\"\\ ]|\\.)*)(?: (?P<protocol>[A-Za-z]+/[\d.]+))?"
_ADDRESS: Final = r"(?:[0-9A-Fa-f]*[.:][0-9A-Fa-f.:%]+|-|unknown|localhost)"
_STATUS: Final = r"(?P<status>\d+|-)"
_CLOCK: Final = r"\[(?P<time_text>[^\]]+)\]"
_ZONELESS_TIME: Final = r"\d{2}/[A-Z][a-z]{2}/\d{4} \d{2}:\d{2}:\d{2}"
_LED: Final = r"(?:[A-Z]+:(?P<logger>[A-Za-z_][\w.]*):)?"
"""What Python's logging puts before the lines of its servers."""
_PADDED_CLOCK: Final = r"\[(?P<time_text>[^\]]+?)\s+\]"

ACCESS: Final = Declaration(
    name="access",
    patterns=(
        rf"^{_LED}(?P<client_ip>[^\s\[\"]+) \S+ (?P<user>[^\s\[\"]+) {_CLOCK} {_REST}",
        rf'^\[(?P<time_text>{_ZONELESS_TIME})\] (?P<message>"{_REQUEST}" {_STATUS}(?: (?P<response_bytes>[\d-]+))?)$',
        rf"^(?P<client_ip>[^\s\[\"]+) \S+ (?P<user>[^\s\[\"]+) {_PADDED_CLOCK} {_REST}",
        rf"^(?P<vhost>[\w.:*-]+) (?P<client_ip>[0-9A-Fa-f]*[.:][0-9A-Fa-f.:%]+) \S+ (?P<user>[^\s\[\"]+) "
        rf"{_CLOCK} {_REST}",
        rf"^(?:(?P<vhost>[\w.:*-]+) )?(?P<client_ip>{_ADDRESS}(?:, ?{_ADDRESS})*) - (?:[^\[\"]*\[[^\]]*\] )?"
        rf"(?:- )*(?P<user>[^\[\"\s-][^\[\"]*?)? ?{_CLOCK} {_REST}",
        rf'^(?P<client_ip>{_ADDRESS}(?:, ?{_ADDRESS})*) - (?P<user>\S+) (?P<message>"{_REQUEST}" {_STATUS}(?:\s.*)?)$',
        rf"^(?P<message>(?P<method>[A-Z]+) (?P<path>/\S*) {_STATUS} (?P<duration_ms>[\d.]+) ms - "
        r"(?P<response_bytes>\S+))$",
    ),
    refinements=(
        (
            rf'^(?P<message>"{_REQUEST}" {_STATUS} (?P<response_bytes>[\d-]+) "(?P<referrer>{_TEXT})" '
            rf'"(?P<user_agent>{_TEXT})".*)$',
            rf'^(?P<message>"{_REQUEST}" {_STATUS}(?: (?P<response_bytes>[\d-]+))?(?:\s.*)?)$',
            rf'^(?P<message>"(?P<method>[A-Z]+) (?P<path>.*?) (?P<protocol>HTTP/[\d.]+)" {_STATUS}(?: '
            r"(?P<response_bytes>[\d-]+))?(?:\s.*)?)$",
            rf'^(?P<message>"(?P<request>{_TEXT})" {_STATUS} (?P<response_bytes>[\d-]+)(?:\s.*)?)$',
            rf'^(?P<message>(?P<vhost>[\w.:-]+) "{_REQUEST}" {_STATUS} (?P<response_bytes>[\d-]+)(?:\s.*)?)$',
            r"^(?P<message>code (?P<status>\d{3}), message (?s:.*))$",
        ),
    ),
    samples=(
        '203.0.113.9 - alice [22/Jul/2025:12:34:56 +0000] "GET /api/orders?id=7 HTTP/1.1" 502 157 "-" "curl/8.5"',
        '10.0.0.7 - - [22/Jul/2025:12:34:56 +0200] "POST /login HTTP/1.0" 200 -',
        '127.0.0.1 - - [22/Jul/2025 12:34:56] "GET / HTTP/1.1" 200 -',
    ),
    headed=False,
    checks=(("time_text", rf"^(?:{CLF_TIME}|{_ZONELESS_TIME})$"),),
    absent="-",
    severity=("status", status_level),
)
"""The common and combined formats with any tail (Apache documentation, mod_log_config), as also written by nginx and
its ingress controller, Traefik, Kong, Varnish, Tomcat, lighttpd and gunicorn; morgan's `short` and `dev`, and
Python's `http.server` with its kin, whose times have a blank and no zone."""

_LOGGED: Final = (
    rf"^(?:<\d{{1,3}}>)?(?P<time_text>{SYSLOG_TIME}) (?P<host>\S+) (?P<service>[\w./-]+)\[(?P<pid>\d+)\]: "
    r"(?P<client_ip>[^\s\[]+):(?P<client_port>\d+) \[(?P<accept_time>[^\s\]]+)\]"
)
_BARE: Final = rf"^(?P<client_ip>[^\s\[]+):(?P<client_port>\d+) \[(?P<time_text>{CLF_TIME})\]"
_PROXIED: Final = (
    r"(?P<message>(?P<frontend>[^\s/]+) (?P<backend>[^\s/]+)/(?P<server>\S+) (?P<timers>[\d+-]+(?:/[\d+-]+)"
)
_HTTP: Final = rf" {_PROXIED}{{4}}) (?P<status>[\d-]+) (?P<response_bytes>\+?\d+) .*)$"
_TCP: Final = rf" {_PROXIED}{{2}}) (?P<response_bytes>\+?\d+) (?P<termination_state>\S\S) .*)$"
_NOTICE: Final = (
    rf"^(?:<\d{{1,3}}>)?(?P<time_text>{SYSLOG_TIME}) (?P<host>\S+) (?P<service>haproxy)\[(?P<pid>\d+)\]: {_REST}"
)
"""What HAProxy tells between its requests, such as that a server is down."""
HAPROXY: Final = Declaration(
    name="haproxy",
    patterns=(_BARE + _HTTP, _LOGGED + _HTTP, _BARE + _TCP, _LOGGED + _TCP, _NOTICE),
    samples=(
        "10.0.0.7:33317 [22/Jul/2025:12:34:56.655] www shop/web-1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "
        '"GET /cart HTTP/1.1"',
        "10.0.0.7:33317 [22/Jul/2025:12:34:56.655] mail smtp/mx-1 0/0/5007 212 -- 0/0/0/0/3 0/0",
    ),
    headed=False,
    absent="-",
    severity=("status", status_level),
)
"""HTTP and TCP logs (HAProxy configuration manual, section 8.2), also after a syslog header."""

SQUID: Final = Declaration(
    name="squid",
    patterns=(
        r"^(?P<time_text>\d{10}\.\d{3}) +(?P<duration_ms>-?\d+) (?P<client_ip>\S+) (?P<message>"
        r"(?P<cache_result>[A-Z_]+)/(?P<status>\d{3}) (?P<response_bytes>\d+) (?P<method>[A-Z_-]+) (?P<path>\S+) "
        r"(?P<user>\S+) (?P<hierarchy>\S+) (?P<content_type>\S+).*)$",
    ),
    samples=(
        "1753187696.123     42 10.0.0.7 TCP_MISS/200 4099 GET http://example.com/a - HIER_DIRECT/192.0.2.1 text/html",
    ),
    headed=False,
    absent="-",
    severity=("status", status_level),
)
"""The native format (Squid documentation, Features/LogFormat)."""

_FLAGS: Final = r"(?P<response_flags>[A-Z-]\S*)"
ENVOY: Final = Declaration(
    name="envoy",
    patterns=(
        rf'^\[(?P<time_text>{ISO_TIME})\] (?P<message>"{_REQUEST}" {_STATUS} {_FLAGS} .*)$',
        rf'^\[(?P<time_text>{ISO_TIME})\] (?P<message>"(?P<request>-[^"]*)" {_STATUS} {_FLAGS} .*)$',
    ),
    samples=(
        '[2025-07-22T12:34:56.789Z] "GET /orders HTTP/2" 503 UF via_upstream - "-" 0 91 12 - "-" "curl/8.5" "7a1" '
        '"shop.example.com" "10.0.0.7:8080"',
    ),
    headed=False,
    absent="-",
    severity=("status", status_level),
)
"""The default format of Envoy and Istio (Envoy documentation, access logging)."""

GIN: Final = Declaration(
    name="gin",
    patterns=(
        rf"^\[(?P<service>GIN)\] (?P<time_text>{TIME}) ?(?P<message>\| *"
        r"(?P<status>\d{3}) *\| *(?P<duration>\S+) *\| *(?P<client_ip>\S+) *\| *(?P<method>[A-Z]+) *\|? *\"?"
        r"(?P<path>[^\"\s]*).*)$",
    ),
    needs="[GIN]",
    samples=('[GIN] 2025/07/22 - 12:34:56 | 404 |     1.2ms |       10.0.0.7 | GET      "/api/orders"',),
    headed=False,
    severity=("status", status_level),
)
"""The log of gin's default middleware (gin documentation, custom log format)."""
