"""Logs of machines: the kernel's ring buffer, Windows servicing, supercomputers, phones."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import TIME
from logtui.formats.syslog import priority_level

_REST: Final = r"(?P<message>(?s:.*))$"

KERNEL: Final = Declaration(
    name="kernel",
    patterns=(
        rf"^(?:<(?P<priority>\d{{1,3}})>)?\[ *(?P<uptime>\d{{1,8}}\.\d{{3,6}})\](?:\[ *[TC]\d+\])? {_REST}",
        rf"^<(?P<priority>\d{{1,3}})>\[(?P<time_text>(?:[A-Z][a-z][a-z] )?{TIME})\] {_REST}",
    ),
    samples=(
        "[  123.456789] usb 1-1: new high-speed USB device number 2 using xhci_hcd",
        "<4>[   12.345678] CPU0: Core temperature above threshold",
    ),
    severity=("priority", priority_level),
)
"""The kernel's ring buffer (dmesg(1)): the clock since boot is a field, there is no time."""

WINDOWS_SERVICING: Final = Declaration(
    name="cbs",
    patterns=(
        r"^(?P<time_text>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}), (?P<level_text>[A-Z][a-z]+) +(?P<logger>[A-Z]\w*) +"
        rf"{_REST}",
    ),
    samples=("2025-07-22 12:34:56, Info                  CBS    Loaded Servicing Stack v6.1",),
)
"""Windows component servicing, DISM and setup (Microsoft documentation, CBS.log)."""

_EVENT_LEVELS: Final = {"1": "critical", "2": "error", "3": "warning", "4": "information", "5": "verbose"}


def event_level(number: str) -> str:
    """The level of an event of Windows (Microsoft documentation, "LevelType Complex Type").

    Args:
        number: From 0, which is an event that is always logged, to 5.

    Returns:
        The level's name.
    """
    return _EVENT_LEVELS.get(number, "information")


WINDOWS_EVENT: Final = Declaration(
    name="winevent",
    patterns=(
        r"^(?:<\?xml[^>]*>)?(?P<message><Event [^>]*>\s*<System>\s*<Provider Name=['\"](?P<logger>[^'\"]*)['\"].*?"
        r"<EventID[^>]*>(?P<event_id>\d+)</EventID>.*?<Level>(?P<event_level>\d+)</Level>.*?"
        r"<TimeCreated SystemTime=['\"](?P<time_text>[^'\"]+)['\"].*?<Computer>(?P<host>[^<]*)</Computer>(?s:.*))$",
    ),
    samples=(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Seats'/>"
        "<EventID>7</EventID><Level>2</Level><TimeCreated SystemTime='2025-07-22T12:34:56.1234567Z'/>"
        "<Computer>ws-1</Computer></System></Event>",
    ),
    checks=(("time_text", rf"^{TIME}$"),),
    needs="<Event ",
    severity=("event_level", event_level),
)
"""Events of Windows as XML, one in a line (Microsoft documentation, "Event Schema")."""

_WORD: Final = r"(?P<level_text>(?i:trace|debug|info|notice|warning|warn|error|severe|failure|fatal))"
RAS: Final = Declaration(
    name="ras",
    patterns=(
        rf"^(?P<alert>-|[A-Z][A-Z0-9_]*) (?P<_epoch>\d{{10}}) (?P<_day>\d{{4}}\.\d{{2}}\.\d{{2}}) (?P<host>\S+) "
        r"(?P<time_text>\d{4}-\d{2}-\d{2}-\d{2}\.\d{2}\.\d{2}\.\d+) (?P<node>\S+) (?P<type>\S+) (?P<logger>\S+) "
        rf"{_WORD} {_REST}",
        r"^(?P<alert>-|[A-Z][A-Z0-9_]*) (?P<time_text>\d{10}) \d{4}\.\d{2}\.\d{2} (?P<host>\S+) "
        r"[A-Z][a-z][a-z] [ \d]?\d \d{2}:\d{2}:\d{2} (?P<node>\S+) (?:(?P<service>[A-Za-z_/(%.-][^\s:\[\]]*)"
        rf"(?:\[(?P<pid>[^\]]*)\])?: )?{_REST}",
    ),
    samples=(
        "- 1753187696 2025.07.22 R02-M1-N0 2025-07-22-12.34.56.675872 R02-M1-N0 RAS KERNEL INFO cache parity corrected",
        "- 1753187696 2025.07.22 node-7 Jul 22 12:34:56 node-7/node-7 crond[2920]: session opened",
    ),
    absent="-",
    headed=False,
)
"""Logs of the supercomputers BGL, Thunderbird, Spirit and Liberty (USENIX Computer Failure Data Repository)."""

PIPED: Final = Declaration(
    name="piped",
    patterns=(
        r"^(?P<time_text>\d{8}-\d{1,2}:\d{1,2}:\d{1,2}:\d{1,3})\|(?P<logger>[^|]*)\|(?P<pid>[^|]*)\|(?P<message>(?s:.*))$",
    ),
    samples=("20250722-12:34:56:606|Steps_Counter|30002312|onStandStepChanged 3579",),
)
"""Records of mobile health apps: parts with bars between them."""

PROXIFIER: Final = Declaration(
    name="proxifier",
    patterns=(
        r"^\[(?P<time_text>\d{1,2}[./]\d{1,2} \d{2}:\d{2}:\d{2})\] (?P<service>\S.*?) - "
        r"(?P<message>(?:\S+:\d+|\w+) (?s:.*))$",
    ),
    samples=("[07.22 12:34:56] chrome.exe - proxy.example.com:5070 open through proxy proxy.example.com:5070 HTTPS",),
)
"""Proxifier (its documentation, log)."""
