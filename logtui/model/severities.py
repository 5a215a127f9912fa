"""The table of levels: maps every spelling of a severity that loggers write to one of six levels."""

from __future__ import annotations

import re
from typing import Final

LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal")

_SPELLINGS: Final = {
    "trace": "trace trac trc trce t finest finer verbose v all silly spam vrb verb trace1 trace2 trace3 trace4 debug5 "
    "debug4 debug3",
    "debug": "debug debu dbg d dbug deb fine config debug1 debug2 d1 d2 d3 d4 d5",
    "info": "info i inf information informational notice note n log success ok information. statement detail hint "
    "default system query context location",
    "warn": "warn w wrn warning warnings attention",
    "error": "error e err erro eror severe fail failed failure er",
    "fatal": "fatal fata f ftl critical crit c alert a emerg emergency panic pani pnc p dpanic fault",
}

LOGGING_NAMES: Final = dict(zip(LEVELS, ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), strict=True))
"""The names of Python's `logging` for the levels."""

LEVEL_OF_WORD: Final[dict[str, str]] = {word: level for level, words in _SPELLINGS.items() for word in words.split()}
"""Lower-case spelling -> level. Syslog's `notice` is info; `alert`, `crit` and `emerg` are fatal."""

SYSLOG_SEVERITIES: Final = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
"""Names of the syslog severities 0 to 7 (RFC 5424, section 6.2.1)."""

_NUMERIC: Final = {
    **{str(n): LEVEL_OF_WORD[name] for n, name in enumerate(SYSLOG_SEVERITIES)},
    **{str(n): level for n, level in zip(range(10, 70, 10), LEVELS, strict=True)},
}
"""Numbers that loggers write: syslog 0-7 and the bunyan/pino tens 10-60."""

OTLP_NUMBERS: Final = {str(n): LEVELS[(n - 1) // 4] for n in range(1, 25)}
"""OpenTelemetry's severity numbers (log data model, "Field: SeverityNumber")."""

PYTHON_NUMBERS: Final = {str(n): level for n, level in zip(range(10, 60, 10), LEVELS[1:], strict=True)}
"""The numbers of Python's `logging`."""

NEXTCLOUD_NUMBERS: Final = {str(n): level for n, level in enumerate(LEVELS[1:])}
"""Nextcloud's levels 0 to 4."""

MONOLOG_NUMBERS: Final = {
    "100": "debug",
    "200": "info",
    "250": "info",
    "300": "warn",
    "400": "error",
    "500": "fatal",
    "550": "fatal",
    "600": "fatal",
}
"""Monolog's levels."""

AZURE_NUMBERS: Final = {"1": "fatal", "2": "error", "3": "warn", "4": "info", "5": "debug"}
"""Levels of Azure's resource logs, as of Windows' event tracing."""

APPLICATION_INSIGHTS_LEVELS: Final = {
    key: level
    for number, (name, level) in enumerate(
        (("Verbose", "trace"), ("Information", "info"), ("Warning", "warn"), ("Error", "error"), ("Critical", "fatal"))
    )
    for key in (str(number), name)
}
"""Application Insights' severity levels 0 to 4 and their names (Azure Monitor, "Application Insights data model")."""

_TABLE: Final = {**LEVEL_OF_WORD, **_NUMERIC}
_OFFSET: Final = re.compile(r"[+-]\d+$")
_DECORATION: Final = re.compile(r"\x1b\[[0-9;]*m|^\W+|\W+$")


def level_named(word: str) -> str | None:
    """Find the level that a word or number means.

    Args:
        word: A spelling in any case, such as `WARNING`, `E`, `40` or, as Go's slog writes it, `INFO+2`; colour escapes
            and brackets around it are ignored.

    Returns:
        One of `LEVELS`, or None if the word is not a known level.
    """
    word = word.strip().lower()
    return _TABLE.get(word) or _TABLE.get(_OFFSET.sub("", word)) or _TABLE.get(_undecorated(word))


def _undecorated(word: str) -> str:
    """Strip colour escapes and brackets from a word; empty for a number, which could lose its sign that way."""
    bare = _DECORATION.sub("", _DECORATION.sub("", word))
    return "" if bare.isdigit() else bare
