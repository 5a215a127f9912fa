"""Android's logcat in its formats and as Studio copies it (Android documentation, "Logcat command-line tool")."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration

_TIME: Final = r" *(?P<time_text>(?:\d{4}-)?\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3,9}(?: [+-]\d{4})?|\d{10}\.\d{3,9})"
_LEVEL: Final = "(?P<level_text>[VDIWEFAS])"

LOGCAT: Final = Declaration(
    name="logcat",
    patterns=(
        rf"^{_TIME}\s+(?:(?P<uid>\w+)\s+)?(?P<pid>\d+)\s+(?P<tid>\d+) {_LEVEL} (?P<logger>[^:]*?)\s*: ?"
        r"(?P<message>.*)$",
        rf"^(?:{_TIME} )?{_LEVEL}/(?P<logger>[^(]*?)\s*\(\s*(?P<pid>\d+)\): ?(?P<message>.*)$",
        rf"^{_TIME}\s+(?P<pid>\d+)-(?P<tid>\d+)\s+(?P<logger>\S.*?)\s+(?P<package>[\w.:$-]+)\s+{_LEVEL}  "
        r"(?P<message>.*)$",
        rf"^{_TIME}\s+(?P<pid>\d+)-(?P<tid>\d+)/(?P<package>\S+) {_LEVEL}/(?P<logger>[^:]*?)\s*: ?(?P<message>.*)$",
    ),
    samples=(
        "07-22 12:34:56.789  1702  2395 D WindowManager: freezing display",
        "07-22 12:34:56.789 W/ActivityManager( 1702): slow start",
        "E/Store   (  812): no space left",
        "2025-07-22 12:34:56.789  1702-2395  WindowManager           com.example.shop         D  freezing display",
    ),
)
