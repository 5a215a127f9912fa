"""The Python library: logs as lazy iterables of records, described in `logtui help library`."""

from logtui.api.conditions import F
from logtui.api.parser import LogParser, Stats
from logtui.api.record import Record

__all__ = ["F", "LogParser", "Record", "Stats"]
