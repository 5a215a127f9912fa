"""Python's logging in its usual layouts: basicConfig, asctime first, Flask, uvicorn, loguru."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import ISO_TIME
from logtui.formats.words import LOGGER

_LEVEL: Final = r"(?P<level_text>DEBUG|INFO|SUCCESS|WARN|WARNING|ERROR|CRITICAL|FATAL|TRACE|NOTSET)"

PYTHON: Final = Declaration(
    name="python",
    patterns=(
        rf"^(?P<time_text>{ISO_TIME}) ?- ?(?P<logger>{LOGGER}) ?- ?{_LEVEL} ?- ?(?P<message>.*)$",
        rf"^{_LEVEL}:(?P<logger>[A-Za-z_][\w.-]*):(?P<message>.*)$",
        rf"^\[?(?P<time_text>{ISO_TIME})\]? \[?{_LEVEL}\]?:? in (?P<logger>{LOGGER}): (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) \| {_LEVEL}\s*\| (?P<logger>{LOGGER}:{LOGGER}:\d+) - (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) - {_LEVEL} - (?:(?P<logger>{LOGGER}) - )?(?P<message>.*)$",
        rf"^\[?(?P<time_text>{ISO_TIME})\]? \[(?P<pid>\d+)\] \[{_LEVEL}\] (?P<message>.*)$",
        rf"^{_LEVEL}: {{2,}}(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22 12:34:56,789 - app.db - ERROR - connection pool exhausted",
        "INFO:app.main:Resolved tenant: company_a",
        "[2025-07-22 12:34:56,789] WARNING in views: slow request",
        "2025-07-22 12:34:56.789 | INFO     | app.main:start:42 - ready",
        "2025-07-22 12:34:56,789 - INFO - started",
        "[2025-07-22 12:34:56 +0000] [77] [INFO] Booting worker",
        "INFO:     Application startup complete.",
    ),
)
