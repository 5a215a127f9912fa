"""Patterns of bytes that are compiled once they are needed: most sources are plain lines."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Compile a pattern."""
    return re.compile(pattern)
