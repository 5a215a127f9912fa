"""log4j, logback and Spring Boot in their usual layouts: time, level, thread and logger in some order."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import LOGGER
from logtui.formats.shapes import CLOCK_TIME, ISO_TIME, TIME

_SPARK_TIME: Final = r"\d{2}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}"
_SLASHED: Final = r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
_TIME: Final = rf"\[?(?P<time_text>{ISO_TIME}|{_SPARK_TIME})\]?"
_LEVEL: Final = r"\[?(?P<level_text>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE|FINE|FINER|FINEST|CONFIG)\s*\]?"
_CLASS: Final = r"[A-Za-z_$][\w$]*(?:\.[\w$]+)+|[A-Z]\w+"
_THREAD: Final = r"\[ *(?P<thread>[^\]]*)\]"
_THREAD_NAME: Final = r"(?P<thread>main|[\w.]*-[\w.-]*\d[\w.-]*)"
_START: Final = rf"^\[?(?P<time_text>{ISO_TIME}|{_SPARK_TIME}|{CLOCK_TIME})\]?"
_NAMED: Final = rf"(?P<logger>{_CLASS})(?:\((?P<place>\w+\.\w+:\d+)\)|#\w+(?::\d+)?)?"
_CONTEXT: Final = r"(?:(?P<context>\[[^\]]*\](?:\s*\[[^\]]*\])*|\{[^}]*\})\s+)?"
_CALLER: Final = r"(?:[\[(](?P<caller>[\w$.]+:\d+)[\])]\s+)?"
_DASH: Final = r"(?:-+|:)\s*(?P<message>.*)$"

LOG4J: Final = Declaration(
    name="log4j",
    patterns=(
        rf"^{_TIME}\s+{_LEVEL}\s+(?P<pid>\d+) --- (?:\[[^\]]*\] )?{_THREAD} "
        r"(?:\[ *(?P<context>[^\]]*?) *\] ?)?(?P<logger>\S+)\s*: (?P<message>.*)$",
        rf"^{_TIME}\s+{_LEVEL}\s+{_THREAD} (?P<logger>{LOGGER})(?: -|:) ?(?P<message>.*)$",
        rf"^{_TIME}\s+{_THREAD} {_LEVEL}\s+(?P<logger>{LOGGER})(?: -|:) ?(?P<message>.*)$",
        rf"^{_TIME}\s+-?\s?{_LEVEL}\s+(?P<logger>{_CLASS})(?: -|:) ?(?P<message>.*)$",
        rf"^\[(?P<time_text>{ISO_TIME}|{_SLASHED})\] \[(?P<level_text>[A-Z]+) *\] (?P<logger>[\w.$-]+) - "
        r"(?P<message>.*)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] ?\[(?P<level_text>[A-Z]+) *\] ?\[(?P<logger>[\w.$-]+) *\] "
        r"(?:\[(?P<node>[^\]]*)\] )?(?P<message>.*)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] {_LEVEL}\s+(?P<message>.*) "
        r"\((?P<logger>[A-Za-z][\w$]*(?:\.[\w$]+)+(?::\d+)?)(?::(?P<thread>[^()]+(?:\([^()]*\))?))?\)$",
        rf"^{_LEVEL}\s+{_THREAD} {_TIME}\s+(?P<logger>\w+\.java:\d+) - (?P<message>.*)$",
        rf"^(?:\d+ )?{_THREAD} {_LEVEL}\s+(?P<logger>[\w.$]+)(?: [^-\s]*)? - (?P<message>.*)$",
        rf"^(?P<time_text>{CLOCK_TIME}) {_THREAD} {_LEVEL}\s+(?P<logger>[\w.$]+) -+ (?P<message>.*)$",
        rf"^{_TIME} - {_LEVEL}\s+\[(?P<thread>[^\]]*(?:\[[^\]]*\][^\]]*)*):"
        r"(?P<logger>[\w.$]+@\d+)\] - (?P<message>.*)$",
        rf"{_START}\s+{_THREAD}\s+{_CONTEXT}{_LEVEL}\s+{_CALLER}{_NAMED}\s+{_DASH}",
        rf"{_START}\s+{_THREAD}\s+{_LEVEL}\s+{_NAMED}\s+{_CALLER}{_CONTEXT}{_DASH}",
        rf"{_START}\s+{_LEVEL}\s+{_THREAD}\s+{_CALLER}{_CONTEXT}{_NAMED}\s+{_DASH}",
        rf"{_START}\s+{_LEVEL}\s+{_THREAD}\s+{_NAMED}\s+{_CALLER}{_CONTEXT}{_DASH}",
        rf"{_START}\s+{_LEVEL}\s+{_NAMED}\s+{_CALLER}{_THREAD}\s+{_DASH}",
        rf"{_START}\s+{_THREAD}\s+{_NAMED}\s+{_LEVEL}\s+{_DASH}",
        rf"{_START}\s+{_LEVEL}\s+\[(?P<logger>{_CLASS})\] \((?P<thread>[^)]*)\) (?P<message>.*)$",
        rf"{_START}\s+{_LEVEL}\s+\((?P<thread>[^)]*)\) \[(?P<logger>{_CLASS})\] (?P<message>.*)$",
        rf"{_START}\s+{_THREAD}\s+{_LEVEL}\s+{_CALLER}{_CONTEXT}{_DASH}",
        rf"{_START} *\| *{_LEVEL} *\| *{_THREAD_NAME} *\| *{_NAMED} *\| *(?P<message>[^|]*)$",
        rf"{_START} *\| *{_LEVEL} *\| *(?P<thread>[^|]*?) *\| *{_NAMED} *\| *(?P<bundle>[^|]*?) *\| *(?P<message>.*)$",
        rf"{_START} \| {_LEVEL} \| (?P<message>.*) \| (?P<logger>{_CLASS}) \| (?P<thread>[^|]+)$",
    ),
    samples=(
        "2025-07-22 12:34:56.789  INFO 4211 --- [nio-8080-exec-1] c.example.OrderController : created",
        "2025-07-22 12:34:56,789 ERROR [main] org.example.Store: lost connection",
        "2025-07-22 12:34:56,789 [pool-1-thread-3] WARN  org.example.Pool - exhausted",
        "[2025-07-22T12:34:56,789][INFO ][o.e.n.Node               ] [node-1] started",
        "[2025-07-22 12:34:56,789] INFO starting (example.log.Cleaner)",
        "WARN  [main] 2025-07-22 12:34:56,789 Inspector.java:256 - pause of 300 ms",
        "12:34:56.789 [main] DEBUG e.x.Loader - reading",
        "2025-07-22 12:34:56.789 [main] DEBUG e.x.Loader [Loader.java:61] - reading",
        "2025-07-22 12:34:56,789 INFO  [org.example.Boot] (main) started",
        "25/07/22 12:34:56 INFO executor.Executor: Running task 1.0",
        "[2025-07-22T12:34:56.789] [WARN] default - slow",
        "2025-07-22 12:34:56,789 | INFO  | Connector started | org.example.Broker | main",
    ),
    refuses=(("thread", rf"^{TIME}$"),),
)
