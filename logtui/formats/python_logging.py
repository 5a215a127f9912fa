"""Python's logging in its usual layouts: basicConfig, asctime first, Flask, uvicorn, loguru."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import LOGGER
from logtui.formats.shapes import ISO_TIME

_LEVEL: Final = r"(?P<level_text>DEBUG|INFO|SUCCESS|WARN|WARNING|ERROR|CRITICAL|FATAL|TRACE|NOTSET)"
_LOWER: Final = "trace|debug|info|notice|success|warn|warning|error|exception|critical|fatal|notset"
_OTHERS: Final = "severe|fine|finer|finest|config|err|crit|alert|emerg|emergency|panic|verbose"
"""Levels that other programs add to Python's or name with its layout."""

PYTHON: Final = Declaration(
    name="python",
    patterns=(
        rf"^(?P<level_text>(?i:{_LOWER}|{_OTHERS})|[TDIWEFC]):(?P<logger>[A-Za-z_][\w.-]*):(?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) ?- ?(?P<logger>{LOGGER}) ?- ?{_LEVEL} ?- ?(?P<message>.*)$",
        rf"^\[?(?P<time_text>{ISO_TIME})\]? \[?{_LEVEL}\]?:? in (?P<logger>{LOGGER}): (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) \| {_LEVEL}\s*\| (?P<logger>{LOGGER}:{LOGGER}:\d+) - (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) - {_LEVEL} - (?:(?P<logger>{LOGGER}) - )?(?P<message>.*)$",
        rf"^\[?(?P<time_text>{ISO_TIME})\]? \[(?P<pid>\d+)\] \[{_LEVEL}\] (?P<message>.*)$",
        rf"^\[(?P<time_text>{ISO_TIME}): {_LEVEL}/(?P<process>[^\]]*)\] (?P<message>.*)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \{{(?P<logger>[^}}]+)\}} {_LEVEL} - (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) (?P<pid>\d+) {_LEVEL} (?P<logger>[\w.]+) (?P<message>.*)$",
        rf"^(?P<time_text>{ISO_TIME}) \[(?P<level_text>{_LOWER}) *\] (?P<message>.*)$",
        rf"^{_LEVEL} (?P<time_text>{ISO_TIME}) (?P<logger>[\w.]+) (?P<pid>\d+) (?P<thread>\d+) (?P<message>.*)$",
        rf"^{_LEVEL}: {{2,}}(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22 12:34:56,789 - app.db - ERROR - connection pool exhausted",
        "INFO:app.main:Resolved tenant: company_a",
        "[2025-07-22 12:34:56,789] WARNING in views: slow request",
        "2025-07-22 12:34:56.789 | INFO     | app.main:start:42 - ready",
        "2025-07-22 12:34:56,789 - INFO - started",
        "[2025-07-22 12:34:56 +0000] [77] [INFO] Booting worker",
        "[2025-07-22 12:34:56,789: INFO/MainProcess] celery@web-1 ready.",
        "[2025-07-22T12:34:56.789+0000] {taskinstance.py:1138} INFO - task marked as success",
        "2025-07-22 12:34:56.789 4211 INFO nova.compute [req-7] instance spawned",
        "2025-07-22 12:34:56 [info     ] listening      port=80",
        "INFO 2025-07-22 12:34:56,789 views 4211 1402 rendered",
        "INFO:     Application startup complete.",
    ),
)
