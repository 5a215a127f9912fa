"""Names that logs write for what is a core column, such as `app` for the service and `name` for the logger.

Formats read the value of such a key into the core column, unless a surer key has filled it: then the key is a field.
"""

from __future__ import annotations

import re
from typing import Final

from logtui.model.names import CORE_ALIASES, CORE_NAMES, FIELD_PREFIX

_KEYS: Final = {
    key: core
    for core, keys in {
        "level": "loglevel levelname log.level level.name sev priority",
        "service": "app application appname applicationname servicename service.name syslogidentifier",
        "host": "host.name computer computername machinename",
        "logger": "name channel caller category loggername log.logger sourcecontext",
        "message": "shortmessage textpayload renderedmessage logmessage",
    }.items()
    for key in keys.split()
}
"""Core columns by key, in lower case and without `_` and `-`, as formats compare keys.

Keys such as `event` and `error` are left out: where they are fields of some records only, the messages of all others
would answer for them."""


def core_written_as(name: str) -> str | None:
    """Find the core column that formats read the value of a key into.

    Args:
        name: A name as typed in a query.

    Returns:
        The core column; None for core names, their aliases, `@name`, and keys that are only fields.
    """
    if name in CORE_NAMES or name in CORE_ALIASES or name.startswith(FIELD_PREFIX):
        return None
    return _KEYS.get(_folded(name))


def key_pattern(name: str) -> str:
    """Make the expression, for any case, of a key in the raw text of a record, such as `"name":` or `name=`.

    Args:
        name: A name as typed; of a path, the last key is looked for, since objects may be nested.
    """
    path, _, key = _folded(name).rpartition(".")
    before = r"(?:^|[^\w-])" if path else r"(?:^|[^\w.-])"
    return before + "[_-]?".join(map(re.escape, key)) + r"[\"'\\]*\s*[=:]"


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
