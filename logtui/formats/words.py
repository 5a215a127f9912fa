"""Pattern fragments that the text formats share: levels and names as loggers write them."""

from __future__ import annotations

from typing import Final

LEVEL: Final = (
    r"(?i:trace|debug|dbg|info|information|informational|notice|note|log|success|warn|warning|error|err|severe|fatal|"
    r"critical|crit|alert|emerg|emergency|panic|verbose|fine|finer|finest|config|statement|detail|hint|"
    r"inf|wrn|vrb|trc|ftl)"
)
"""A level word in any case."""

UPPER_LEVEL: Final = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|PANIC|"
    r"FINE|FINER|FINEST|CONFIG|VERBOSE|LOG|STATEMENT)"
)
"""A level word as it stands in headers: upper case."""

LOGGER: Final = r"[A-Za-z_][\w.$:/\[\]*~-]*"
"""A logger's name: a module path, a class, a channel."""
