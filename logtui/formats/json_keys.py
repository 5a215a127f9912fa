"""Which keys of JSON objects and logfmt lines are the core columns, and how far objects are flattened."""

from __future__ import annotations

from typing import Final

MAX_FIELDS: Final = 256
"""Objects are flattened no further once a block has this many columns; they stay JSON text."""

MAX_DEPTH: Final = 6
"""Objects that lie deeper stay JSON text."""
KEYS: Final = {
    core: tuple(keys.split())
    for core, keys in {
        "time_text": "timestamp @timestamp time ts t datetime date eventTime @t asctime timeMillis Timestamp Time",
        "level_text": "level severity lvl log.level loglevel levelname @l severity_text severityText priority "
        "log_level levelno Level",
        "service": "service service.name service_name app application app_name serviceName Service",
        "host": "host hostname host.name kubernetes.host host_name",
        "logger": "logger logger_name log.logger component module loggerName caller name Logger",
        "message": "message msg @m log event text @mt textPayload Message error err exception",
    }.items()
}
"""Keys that loggers write for the core columns, the most telling first; the first one present is taken."""


PAYLOAD_KEYS: Final = frozenset(("log", "message", "msg"))
"""Keys whose text may be a record of its own; it is not flattened into the object around it."""
