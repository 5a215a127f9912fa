"""The level table: every spelling of a severity that loggers write, and the six levels it means."""

from __future__ import annotations

from typing import Final

LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal")

_SPELLINGS: Final = {
    "trace": "trace trc trce t finest finer verbose v all silly spam vrb verb trace1 trace2 trace3 trace4 debug5 "
    "debug4 debug3",
    "debug": "debug dbg d dbug deb fine config debug1 debug2",
    "info": "info i inf information informational notice note n log success ok information. statement detail hint "
    "default system query context location",
    "warn": "warn w wrn warning warnings attention",
    "error": "error e err eror severe fail failed failure er",
    "fatal": "fatal f ftl critical crit c alert a emerg emergency panic pnc p dpanic fault",
}

LEVEL_OF_WORD: Final[dict[str, str]] = {word: level for level, words in _SPELLINGS.items() for word in words.split()}
"""Lower-case spelling -> level. Syslog's `notice` is info; `alert`, `crit` and `emerg` are fatal."""

SYSLOG_SEVERITIES: Final = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
"""Names of the syslog severities 0 to 7 (RFC 5424, section 6.2.1)."""

_NUMERIC: Final = {
    **{str(n): LEVEL_OF_WORD[name] for n, name in enumerate(SYSLOG_SEVERITIES)},
    **{str(n): level for n, level in zip(range(10, 70, 10), LEVELS, strict=True)},
}
"""Numbers that loggers write: syslog 0-7 and the bunyan/pino tens 10-60."""

_TABLE: Final = {**LEVEL_OF_WORD, **_NUMERIC}


def level_named(word: str) -> str | None:
    """The level that a word or number means.

    Args:
        word: A spelling in any case, such as `WARNING`, `E` or `40`.

    Returns:
        One of `LEVELS`, or None if the word is no level.
    """
    return _TABLE.get(word.strip().lower())
