"""The keys of JSON objects and logfmt lines that fill core columns, and how far objects are flattened.

Keys are compared without case, `_` and `-`, so that `log_level`, `logLevel` and `LogLevel` are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.formats.access import status_level
from logtui.formats.shapes import CLOCK, EPOCH, TIME
from logtui.model.severities import (
    APPLICATION_INSIGHTS_LEVELS,
    AZURE_NUMBERS,
    MONOLOG_NUMBERS,
    NEXTCLOUD_NUMBERS,
    OTLP_NUMBERS,
    PYTHON_NUMBERS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FIELDS: Final = 256
"""Objects are flattened no further once a block has this many columns; they stay JSON text."""

MAX_DEPTH: Final = 6
"""Objects that lie deeper stay JSON text."""

_KEYS: Final = {
    core: tuple(keys.split())
    for core, keys in {
        "time_text": "isotimestamp timestamp @timestamp time ts t datetime @t asctime timemillis eventtime t.$date "
        "t.$date.$numberlong timestamp.$date timeunixnano observedtimeunixnano realtimetimestamp event.created "
        "record.time.timestamp record.time.repr "
        "timelocal timeiso8601 date",
        "level_text": "level severity lvl loglevel levelname @l severitytext log.level @level priority level.name "
        "loglevel.name sev severity.name level.label level.value event.severity record.level.name errorseverity "
        "leveldisplayname",
        "service": "service service.name svc app application appname servicename applicationname syslogidentifier",
        "host": "host hostname host.name kubernetes.host machinename computer computername",
        "logger": "logger loggername log.logger component module caller name channel sourcecontext "
        "properties.sourcecontext @module scope.name instrumentationscope.name category record.name",
        "message": "message msg @m record.message shortmessage log event text @message @mt body body.stringvalue "
        "renderedmessage eventmessage textpayload logmessage formattedmessage fullmessage resultdescription "
        "errormessage error err exception",
    }.items()
}
_PARENTS: Final = frozenset(
    ("jsonpayload", "data", "log", "record", "payload", "properties", "fields", "entry", "source")
)
_NESTED: Final = {
    "time_text": frozenset(("timestamp", "@timestamp", "time", "ts", "datetime")),
    "level_text": frozenset(("level", "severity", "loglevel", "levelname", "@level")),
    "logger": frozenset(("logger", "loggername", "@module")),
    "message": frozenset(("message", "msg", "@message")),
}
_AFTER_OTHERS: Final = 100
_ROLES: Final = {key: (core, rank) for core, keys in _KEYS.items() for rank, key in enumerate(keys)}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The keys of one logger's objects, recognised by keys that are its mark.

    Attributes:
        marks: The folded paths that an object of this logger must have, all of them.
        roles: Core columns by folded path, for keys that have no meaning in other objects.
        levels: Levels by the number in `level`.
        core: The only folded paths that may fill core columns, if all other keys are the application's; None if every
            key has its usual meaning.
        level: The level of a record that states none.
    """

    marks: frozenset[str]
    roles: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    core: frozenset[str] | None = None
    level: str | None = None

    def means(self, path: str) -> bool:
        """Whether a path that is usually for a core column is so here."""
        return self.core is None or folded(path) in self.core


_CLEF: Final = frozenset(["@t", "@mt", "@m", "@l", "application", "machinename", "sourcecontext"])

DIALECTS: Final = (
    Dialect(frozenset(("@t", "@mt")), core=_CLEF, level="info"),
    Dialect(frozenset(("@t", "@m")), core=_CLEF, level="info"),
    Dialect(frozenset(("levelname", "channel")), levels=MONOLOG_NUMBERS),
    Dialect(frozenset(("s", "c", "ctx")), roles={"s": "level_text", "c": "logger"}),
    Dialect(frozenset(("reqid", "remoteaddr")), levels=NEXTCLOUD_NUMBERS),
    Dialect(frozenset(("operationname", "category")), levels=AZURE_NUMBERS),
)
"""Serilog's compact format ("Compact Log Event Format"), Monolog ("Log Levels"), MongoDB 4.4 (manual, "Log messages"),
Nextcloud (admin manual, "Logging"), Azure Monitor resource logs."""

NUMBERS: Final = {
    "severitynumber": OTLP_NUMBERS,
    "levelno": PYTHON_NUMBERS,
    "severitylevel": APPLICATION_INSIGHTS_LEVELS,
}
"""Levels by a number under a key of its own: OpenTelemetry's log data model, Python's logging, Application Insights."""

STATUS_KEYS: Final = frozenset(
    ("status", "statuscode", "downstreamstatus", "httprequest.status", "http.response.statuscode", "responsecode")
)
METHOD_KEYS: Final = frozenset(
    ("method", "requestmethod", "httpmethod", "request.method", "httprequest.requestmethod", "http.request.method")
)
"""An object with one of each is a line of an access log."""


class Parts(NamedTuple):
    """A time whose parts are under several keys.

    Attributes:
        keys: The folded paths of the parts; a third one is the zone, which may be missing.
        between: The text to put between the first two parts.
        first: The pattern of the first part.
        second: The pattern of the second part.
    """

    keys: tuple[str, ...]
    between: str
    first: str
    second: str


JOINED_TIMES: Final = (
    Parts(("date", "time", "tz"), " ", r"^\d{4}-\d\d-\d\d$", r"^\d\d:\d\d:\d\d"),
    Parts(("timestamp.seconds", "timestamp.nanos"), ".", r"^\d{10}$", r"^\d{1,9}$"),
    Parts(("instant.epochsecond", "instant.nanoofsecond"), ".", r"^\d{10}$", r"^\d{1,9}$"),
)
"""FortiGate's times, Google Cloud's and Log4j's."""

ZONE_PART: Final = r"^[+-]\d\d:?\d\d$"

PLAIN_TIME: Final = (
    r"^(?:[12]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|\d{10})$"
)
"""What most times look like; tried first, since `KNOWN_TIME` is slow."""

KNOWN_TIME: Final = rf"^\s*(?:{TIME}|{EPOCH.pattern}|{CLOCK.pattern})\s*$"
"""A time under a key that holds times."""

GUESSED_TIME: Final = rf"^\s*(?:{TIME}|{EPOCH.pattern})\s*$"
"""A time under a key whose name only sounds like it."""

_STATUS: Final = re.compile("[1-5][0-9]{2}")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TIME_WORD: Final = re.compile(r"(?:time|timestamp|date|datetime|at|ts)$")
_NO_RECORD_TIME: Final = re.compile(r"expir|until|valid|birth|timeout|deadline")
_RANKS: Final = tuple(
    re.compile(words)
    for words in (
        "event|log|record|calendar",
        "creat|generat|publish|receiv|occur|observ|query",
        "end|finish|complet",
        "start|begin",
        "",
        "last|update|modif|first|newest|oldest|previous",
    )
)
_GUESS_DEPTH: Final = 3


@lru_cache(maxsize=65_536)
def folded(path: str) -> str:
    """Fold a path for comparison: lower case, without `_` and `-`."""
    return path.lower().replace("_", "").replace("-", "")


def severity_of_status(status: str) -> str | None:
    """The level that the status of an HTTP response means; None if it is not an HTTP status."""
    return status_level(status) if _STATUS.fullmatch(status) else None


@lru_cache(maxsize=65_536)
def role_of(path: str) -> tuple[str, int] | None:
    """Find the core column that a path may fill.

    Args:
        path: A dotted path.

    Returns:
        The column, and the path's rank among the paths for that column, the surest being the lowest; None for a field.
    """
    key = folded(path)
    if key in _ROLES:
        return _ROLES[key]
    parent, _, name = key.partition(".")
    if parent in _PARENTS:
        for core, names in _NESTED.items():
            if name in names:
                return core, _AFTER_OTHERS + _ROLES[name][1]
    return None


@lru_cache(maxsize=65_536)
def bears_on(core: str, path: str) -> bool:
    """Whether what fills a core column may depend on the value under a path, or on whether there is one.

    Args:
        core: `time_text`, `level_text`, `service`, `host` or `logger`.
        path: A dotted path.
    """
    key, role = folded(path), role_of(path)
    if (role is not None and role[0] == core) or any(
        key in each.marks or each.roles.get(key) == core for each in DIALECTS
    ):
        return True
    if core == "time_text":
        return any(key in each.keys for each in JOINED_TIMES) or time_rank(path) is not None
    return core == "level_text" and (key in NUMBERS or key in STATUS_KEYS or key in METHOD_KEYS)


def time_rank(path: str) -> tuple[int, int, str] | None:
    """Rank a path by how likely its value is the record's time, judged by the last name of the path.

    Args:
        path: A dotted path.

    Returns:
        A sort key, the likeliest being the lowest; None if the name does not suggest a time.
    """
    depth = path.count(".")
    words = [word.lower() for word in _WORD.findall(path.rpartition(".")[2])]
    if depth >= _GUESS_DEPTH or not words or not any(map(_TIME_WORD.search, (words[0], words[-1]))):
        return None
    name = "".join(words)
    if _NO_RECORD_TIME.search(name) or words == ["at"]:
        return None
    late = _RANKS[-1].search(name)
    rank = len(_RANKS) - 1 if late else next(place for place, words in enumerate(_RANKS) if words.search(name))
    return depth, rank, path
