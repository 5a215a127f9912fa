"""Error logs of MySQL and MariaDB, PostgreSQL, MongoDB before 4.4, and Redis, by their manuals."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import ISO_TIME
from logtui.formats.table import Table, columns_named

_MYSQL_LEVEL: Final = r"\[(?P<level_text>Note|Warning|ERROR|System)\]"
_MYSQL_TIME: Final = (
    r"(?P<time_text>\d{4}-\d{2}-\d{2}[T ] ?\d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?|"
    r"\d{6}  ?\d{1,2}:\d{2}:\d{2})"
)

MYSQL: Final = Declaration(
    name="mysql",
    patterns=(
        rf"^{_MYSQL_TIME} +(?:(?P<thread>\d+|0x[0-9a-f]+) +)?{_MYSQL_LEVEL}"
        r"(?: \[(?P<code>MY-\d+)\] \[(?P<logger>\w+)\])? ?(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22T12:34:56.789012Z 0 [Warning] [MY-010068] [Server] certificate is self signed",
        "250722 12:34:56 [Note] Event Scheduler: loaded 0 events",
    ),
)

POSTGRES: Final = Declaration(
    name="postgres",
    patterns=(
        rf"^(?P<time_text>{ISO_TIME})(?P<prefix>[^A-Z].*?|)[ :](?P<level_text>DEBUG[1-5]|INFO|NOTICE|WARNING|ERROR|LOG|"
        r"FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT):  (?P<message>.*)$",
    ),
    samples=(
        "2025-07-22 12:34:56.789 UTC [4211] LOG:  database system is ready to accept connections",
        "2025-07-22 12:34:56 UTC:10.0.0.7(5123):shop@orders:[77]:ERROR:  relation does not exist",
    ),
)

POSTGRES_CSV: Final = Table(
    name="postgres_csv",
    columns=columns_named(
        "time_text user database pid client session_id session_line command session_start virtual_transaction "
        "transaction level_text code message detail hint internal_query internal_position context statement position "
        "place application backend leader query_id"
    ),
    separator=",",
    quoting="doubled",
    least=23,
    opening=rf"^{ISO_TIME},",
    checks=(
        (0, rf"^{ISO_TIME}$"),
        (11, r"^(?:DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC)$"),
        (12, r"^[0-9A-Z]{5}$"),
    ),
    samples=(
        '2025-07-22 12:34:56.789 UTC,"shop","orders",4211,"10.0.0.7:5123",687f86f0.1073,1,"SELECT",'
        '2025-07-22 12:00:00 UTC,3/12,0,ERROR,42P01,"relation ""x"" does not exist",,,,,,"select 1",15,,"psql",'
        '"client backend",,0',
    ),
    headed=True,
)
"""PostgreSQL's csvlog, since version 9.0 (PostgreSQL documentation, "Using CSV-Format Log Output")."""

MONGODB: Final = Declaration(
    name="mongodb",
    patterns=(
        rf"^(?P<time_text>{ISO_TIME}) (?P<level_text>[FEWID])\d? +(?P<logger>[A-Z_]+|-) +"
        r"\[(?P<thread>[^\]]*)\] (?P<message>.*)$",
    ),
    samples=("2025-07-22T12:34:56.789+0000 I NETWORK  [conn12] end connection 10.0.0.7:5123",),
)


def db2_level(word: str) -> str:
    """The level of a diagnostic record (Db2 documentation, "Interpreting diagnostic log file entries").

    Args:
        word: As the record has it, such as `Severe`.

    Returns:
        The same, but `info` for an event, which is a change of state.
    """
    return "info" if word == "Event" else word


DB2: Final = Declaration(
    name="db2diag",
    patterns=(
        r"^(?P<time_text>\d{4}-\d{2}-\d{2}-\d{2}\.\d{2}\.\d{2}\.\d{6})(?P<utc_minutes>[+-]\d+) +(?P<record_id>\S+) +"
        r"LEVEL: ?(?P<record_type>[A-Z][a-z]+)(?: \([\w ]*\))? *(?P<message>(?s:.*))$",
    ),
    samples=("2025-07-22-12.34.56.193659+000 I72564E623            LEVEL: Severe PID     : 361",),
    severity=("record_type", db2_level),
)


def redis_level(sign: str) -> str | None:
    """The level that Redis marks by a sign (Redis documentation, "Diagnosing log messages").

    Args:
        sign: One character.

    Returns:
        `#` warning, `*` notice, `-` verbose, `.` debug.
    """
    return {"#": "warning", "*": "notice", "-": "verbose", ".": "debug"}.get(sign)


_REDIS_TIME: Final = r"(?P<time_text>\d{1,2} [A-Z][a-z]{2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{3})?)"

REDIS: Final = Declaration(
    name="redis",
    patterns=(
        rf"^\[?(?P<pid>\d+)(?:\]|:(?P<role>[XCSM])) {_REDIS_TIME} (?P<sign>[.*#-]) (?P<message>.*)$",
        rf"^{_REDIS_TIME} (?P<sign>[.*#]) (?P<message>.*)$",
    ),
    samples=("4211:M 22 Jul 2025 12:34:56.789 * Ready to accept connections",),
    severity=("sign", redis_level),
)
