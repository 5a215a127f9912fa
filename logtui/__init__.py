r"""logtui: explore logs in a terminal during incidents.

The folders are the flow of the data:

    bytes      lines      records     query       answers
    sources/ -> lines/ -> formats/ -> query/  ->  tui/ · export/
                    \______ engine/ joins them ______/
    entrances: cli/, and api/ for Python: `from logtui import LogParser, F`
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from logtui.version import VERSION

if TYPE_CHECKING:
    from logtui.api import F, LogParser, Record, Stats

__all__ = ["F", "LogParser", "Record", "Stats", "__version__"]

__version__ = VERSION


def __getattr__(name: str) -> object:
    """Load the library when it is first used; the command line does without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module("logtui.api"), name)
    globals()[name] = value
    return value
