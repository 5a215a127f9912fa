"""Pattern fragments that the text formats share: levels, names, what else a header holds."""

from __future__ import annotations

from typing import Final

LEVEL: Final = (
    r"(?i:trace|trce|trc|debug|dbug|dbg|info|inf|information|informational|notice|note|log|success|warn|warning|wrn|"
    r"error|eror|err|fail|severe|fatal|ftl|critical|crit|crt|alert|emerg|emergency|panic|verbose|vrb|fine|finer|finest|"
    r"config|statement|detail|hint|system)"
)
"""A level word in any case."""

UPPER_LEVEL: Final = (
    r"(?:TRACE|TRC|DEBUG[1-5]?|DBG|INFO|INF|INFORMATION|NOTICE|SUCCESS|WARN|WARNING|WRN|ERROR|EROR|ERR|SEVERE|FATAL|FTL|"
    r"CRITICAL|CRIT|ALERT|EMERG|EMERGENCY|PANIC|FINE|FINER|FINEST|CONFIG|VERBOSE|VRB|LOG|STATEMENT|DETAIL|HINT)"
)
"""A level word as it stands in headers: upper case."""

LOWER_LEVEL: Final = (
    r"(?:[Tt]race|[Dd]ebug|[Ii]nfo|[Ii]nformation|[Nn]otice|[Ww]arn|[Ww]arning|[Ee]rror|[Ff]atal|[Cc]ritical|crit|alert|"
    r"emerg|panic|verbose|dbg|inf|wrn|err)"
)
"""A level word in lower case or with a capital, where only its place tells it from a word of the message."""

LETTER: Final = "[TVDIWEF]"
"""A level's first letter."""

LOGGER: Final = r"[A-Za-z_][\w.$:/\[\]*~-]*"
"""A logger's name: a module path, a class, a channel."""

DOTTED: Final = (
    r"(?:[A-Za-z_][\w-]*(?:(?:\$*(?:\.|::|/)\$*|\$+)[\w<>+-]+)+\$*(?::\d+)?|[A-Z][a-z0-9]+[A-Z]\w*(?::\d+)?)"
)
"""A logger's name that no word of a sentence looks like: dotted, a path, a file with its line, a class."""

LEVEL_PAIR: Final = (
    rf'^(?P<message>(?:[\w.-]+=(?:"[^"]*"|[^\s"]*)\s+)*(?:level|lvl|severity)="?(?P<level_text>{LEVEL})\b(?s:.*))$'
)
"""A message of `key=value` pairs that names its level among them."""

GAP: Final = r"[\s|,;:-]*"
"""What stands between the parts of a header."""

_APART: Final = r":?[\s|,;][\s|,;:-]*"
_BRACKETS: Final = r"(?:\[[^\]]*\]|\([^)]*\)|<[^>]*>|\{[^}]*\})"
_SUFFIX: Final = r"[./:@#$=][\w$*/.:-]+(?:[@#=][\w$*/.:-]+)*"
_COMPOSED: Final = rf"[A-Za-z_][\w-]*(?:{_SUFFIX}|\[[^\]]*\](?:{_SUFFIX})?)(?:\[[^\]]*\](?:{_SUFFIX})?)*"

TOKEN: Final = rf"(?:#?\d[\w.:#/-]*|{_COMPOSED}|\w[\w-]*\s*[|:]|[A-Za-z_][A-Za-z_-]*\d[\w-]*)"
"""A part of a header that is no level: a number, a dotted or otherwise composed name, a column."""

PART: Final = rf"(?:{TOKEN}(?:{_APART}|{_BRACKETS}{GAP})|{_BRACKETS}{GAP})"
"""A token or brackets with what stands behind. A text is parts in one way only, so that a long one costs little."""


def parts(most: int) -> str:
    """Pattern of a header's first parts, as few as possible.

    Args:
        most: Most parts; one more token may stand right before what follows.

    Returns:
        The pattern.
    """
    return rf"(?:{PART}{{0,{most}}}?{TOKEN}??)"
