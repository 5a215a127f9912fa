"""The reports of Erlang's SASL and error logger, as RabbitMQ and ejabberd write them."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration


def report_level(kind: str) -> str:
    """The level that the kind of a report means (Erlang documentation, SASL user's guide, "Error Logging").

    Args:
        kind: Such as `INFO` or `CRASH`.

    Returns:
        `error` for what failed, `info` for progress, else the word itself.
    """
    return {"CRASH": "error", "SUPERVISOR": "error", "PROGRESS": "info"}.get(kind, kind)


ERLANG: Final = Declaration(
    name="erlang",
    patterns=(r"^=(?P<report>[A-Z]+) REPORT==== (?P<time_text>[^=]+?) ={3,}\s?(?P<message>(?s:.*))$",),
    samples=("=INFO REPORT==== 22-Jul-2025::12:34:56 === closing connection <0.22578.0>",),
    severity=("report", report_level),
)
