"""Alerts in a line each, with tabs between the columns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from logtui.alerts.conditions import Condition
from logtui.export.safe import printable_line
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from logtui.alerts.replay import Happening, Summary
    from logtui.alerts.rules import Rule


def rule_line(rule: Rule) -> str:
    """Name, severity, condition, interval, query and groups of a rule."""
    groups = f"by {', '.join(rule.group_by)}" if rule.group_by else ""
    return _line(rule.name, rule.severity, rule.condition.described, f"every {rule.interval}", rule.query, groups)


def rule_object(rule: Rule) -> dict[str, object]:
    """The same as an object."""
    return {
        "name": rule.name,
        "severity": rule.severity,
        "condition": rule.condition.described,
        "interval": rule.interval,
        "query": rule.query,
        "group_by": rule.group_by,
    }


def alert_line(alert: Mapping[str, Any]) -> str:
    """Id, state, value, last firing, name, condition and mute of an alert, as a server describes it."""
    muted = alert["muted"]
    mute = f"muted until {muted['until'] or 'unmuted'}" if muted else ""
    value, triggered = _number(alert["value"]), alert["last_triggered"] or ""
    return _line(alert["id"], alert["state"], value, triggered, alert["name"], _described(alert["condition"]), mute)


def entry_line(entry: Mapping[str, Any]) -> str:
    """Time, alert, event, states, value, group and detail of an entry of the history."""
    states = " -> ".join(dict.fromkeys(filter(None, (entry["from"], entry["to"]))))
    group = _group(entry["group"].items())
    return _line(entry["time"], entry["alert"], entry["event"], states, _number(entry["value"]), group, entry["detail"])


def happening_line(happening: Happening) -> str:
    """Time, rule, group, event and value of a change."""
    change = happening.change
    group = _group(happening.group)
    return _line(rfc3339(change.at), happening.rule.name, group, change.event, _number(change.value))


def summary_line(summary: Summary) -> str:
    """Name of a rule, how often it would have fired, and how long it would have been firing."""
    least = "" if summary.is_complete else "at least "
    times = f"{summary.fired:,} time{'' if summary.fired == 1 else 's'}"
    firing = timedelta(seconds=summary.firing // 10**9)
    return _line(summary.rule.name, f"would have fired {least}{times}", f"firing for {least}{firing}")


def _described(condition: Mapping[str, Any]) -> str:
    try:
        known: Condition = msgspec.convert(condition, Condition)
    except msgspec.ValidationError:  # a server of a newer version knows more of them
        return str(condition["type"])
    return known.described


def _line(*columns: str) -> str:
    return "\t".join(map(printable_line, columns))


def _group(pairs: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={value}" for name, value in pairs)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"
