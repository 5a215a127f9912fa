""".NET: the console logger, Serilog, NLog (.NET documentation, "Console log formatting")."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import UPPER_LEVEL
from logtui.formats.shapes import CLOCK_TIME, ISO_TIME

_SHORT: Final = r"(?:VRB|DBG|INF|WRN|ERR|FTL|Verbose|Debug|Information|Warning|Error|Fatal)"

DOTNET: Final = Declaration(
    name="dotnet",
    patterns=(
        rf"^(?:(?P<time_text>{ISO_TIME}) )?(?P<level_text>trce|dbug|info|warn|fail|crit): "
        r"(?P<logger>[\w.`+<>-]+)\[(?P<event_id>\d+)\] ?(?P<message>.*)$",
        rf"^\[(?P<time_text>{CLOCK_TIME}|{ISO_TIME}) (?P<level_text>{_SHORT}|{UPPER_LEVEL})\] (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME})\|(?P<level_text>{UPPER_LEVEL}|[A-Z][a-z]+)\|(?P<logger>[^|]*)\|(?P<message>.*)$",
    ),
    samples=(
        "info: Example.Hosting.Lifetime[14] now listening",
        "[12:34:56 WRN] disk almost full",
        "2025-07-22 12:34:56.7890|ERROR|Example.Store|lost connection",
    ),
    checks=(("level_text", r"^(?:[A-Z]+|[a-z]+|Trace|Debug|Info|Information|Warn|Warning|Error|Fatal|Verbose)$"),),
)
