"""Events of security tools: CEF, LEEF, auditd, Suricata and Snort alerts, Proxifier."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import SYSLOG_TIME

_HEAD: Final = rf"^(?:(?:<\d{{1,3}}>)?(?:\d )?(?P<time_text>{SYSLOG_TIME}) (?P<host>[^\s:\[\]]+) (?:\S+ )*?)?"
_PART: Final = r"(?:[^|\\]|\\.)*"


def cef_level(severity: str) -> str | None:
    """The level that a severity of CEF means.

    Args:
        severity: 0 to 10, or Low, Medium, High, Very-High.

    Returns:
        Up to 3 info, up to 6 warn, up to 8 error, else fatal; None for anything else.
    """
    words = {"low": 0, "medium": 4, "high": 7, "very-high": 9, "veryhigh": 9}
    number = int(severity) if severity.isascii() and severity.isdigit() else words.get(severity.lower())
    if number is None or number > 10:
        return None
    return "info" if number <= 3 else "warn" if number <= 6 else "error" if number <= 8 else "fatal"


CEF: Final = Declaration(
    name="cef",
    needs="CEF:",
    patterns=(
        rf"{_HEAD}CEF: ?\d+\|(?P<vendor>{_PART})\|(?P<service>{_PART})\|(?P<version>{_PART})\|(?P<event_id>{_PART})\|"
        rf"(?P<message>(?P<event>{_PART})\|(?P<event_severity>{_PART})(?:\|.*)?)$",
    ),
    samples=(
        "CEF:0|Example|Firewall|2.1|100|port scan blocked|8|src=10.0.0.7 dst=10.0.0.9 spt=1232 act=blocked",
        "Jul 22 12:34:56 fw-1 CEF:0|Example|Firewall|2.1|101|login|Low|suser=alice",
    ),
    severity=("event_severity", cef_level),
)
"""Common Event Format (ArcSight documentation, Implementing CEF), also after a syslog header."""

LEEF: Final = Declaration(
    name="leef",
    needs="LEEF:",
    patterns=(
        rf"{_HEAD}LEEF: ?\d(?:\.\d)?\|(?P<vendor>[^|]*)\|(?P<service>[^|]*)\|(?P<version>[^|]*)\|"
        r"(?P<message>(?P<event_id>[^|]*)\|(?s:.*))$",
    ),
    samples=(
        "LEEF:1.0|Example|Proxy|4.0.1|access denied|src=10.0.0.7\tdst=10.0.0.9\tsev=5\tusrName=alice",
        "Jul 22 12:34:56 px-1 LEEF:2.0|Example|Proxy|4.0.1|access denied|^|src=10.0.0.7^sev=5",
    ),
)
"""Log Event Extended Format 1 and 2 (IBM QRadar documentation), also after a syslog header."""

AUDIT: Final = Declaration(
    name="auditd",
    patterns=(
        r"^(?:node=(?P<host>\S+) )?(?P<message>type=(?P<type>\S+) msg=audit\((?P<time_text>\d{10}\.\d{3}):"
        r"(?P<event_id>\d+)\):.*)$",
    ),
    samples=('type=SYSCALL msg=audit(1753187696.123:456): arch=c000003e syscall=59 success=yes exit=0 comm="cat"',),
    headed=False,
)
"""The Linux audit daemon (audit documentation, RHEL Security Guide)."""


def alert_level(priority: str) -> str | None:
    """The level that the priority of a rule means: 1 error, 2 warn, else info (Snort manual, classtype)."""
    return {"1": "error", "2": "warn"}.get(priority, "info")


IDS_ALERT: Final = Declaration(
    name="ids_alert",
    patterns=(
        r"^(?P<time_text>\d{1,2}/\d{1,2}(?:/\d{2,4})?-\d{2}:\d{2}:\d{2}\.\d{6}) +\[[^\]]*\] (?P<message>"
        r"\[(?P<signature_id>\d+:\d+:\d+)\] .*?(?:\[Classification: (?P<classification>[^\]]*)\] )?"
        r"(?:\[Priority: (?P<event_priority>\d+)\] )?\{(?P<protocol>[^}]+)\} (?P<source_address>\S+) -> "
        r"(?P<destination_address>\S+).*)$",
    ),
    samples=(
        "07/22/2025-12:34:56.123456  [**] [1:2200074:2] bad checksum [**] [Classification: Protocol Decode] "
        "[Priority: 3] {TCP} 10.0.0.7:28487 -> 10.0.0.9:443",
    ),
    severity=("event_priority", alert_level),
)
"""The `fast` alerts of Suricata and Snort (Suricata user guide; Snort manual, alert_fast)."""


def sssd_level(mask: str) -> str | None:
    """The level that a bit of the debug level means (sssd.conf(5), "DEBUG LEVELS").

    Args:
        mask: Such as `0x0040`.

    Returns:
        The level; the finer ones mean `trace`.
    """
    levels = {"0x0010": "fatal", "0x0020": "critical", "0x0040": "error", "0x0080": "warn", "0x0100": "info"}
    return levels.get(mask, "debug" if mask in ("0x0200", "0x0400") else "trace")


SSSD: Final = Declaration(
    name="sssd",
    patterns=(
        r"^\((?P<time_text>[^()]*\d:\d{2}:\d{2}[^()]*)\):? \[(?P<service>[^\s\[\]]+(?:\[\S*\])?)\] "
        r"\[(?P<logger>\w+)\] \((?P<debug_level>0x[0-9a-f]{4,5})\): (?P<message>(?s:.*))$",
    ),
    samples=("(2025-07-22 12:34:56): [be[example.com]] [sysdb_add_user] (0x0040): the user is there already",),
    severity=("debug_level", sssd_level),
)
"""The System Security Services Daemon (SSSD documentation, troubleshooting)."""

FAIL2BAN: Final = Declaration(
    name="fail2ban",
    patterns=(
        r"^(?P<time_text>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}) (?P<logger>fail2ban[\w.]*)\s*\[(?P<pid>\d+)\]: "
        r"(?P<level_text>[A-Z]+)\s+(?P<message>(?s:.*))$",
    ),
    samples=("2025-07-22 12:34:56,123 fail2ban.actions        [812]: NOTICE  [sshd] Ban 192.0.2.7",),
)
"""fail2ban's own log (fail2ban documentation, fail2ban.conf)."""
