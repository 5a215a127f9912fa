"""An alert rule as it is typed into the form, and what the form says about it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from rich.text import Text

from logtui.alerts.replay import summaries
from logtui.alerts.rules import Rule
from logtui.alerts.rules_file import check_rule
from logtui.alerts.states import Event
from logtui.analysis.finding import duration_text
from logtui.errors import ConfigError
from logtui.model.times import moment_of
from logtui.model.validation import in_words, parted
from logtui.tui.panes.alert_listing import trend

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import tzinfo

    from rich.style import Style

    from logtui.alerts.evaluation import Evaluation

_LIMIT: Final = re.compile(r"\s*(?P<operator>>=|<=|==|>|<|)\s*(?P<threshold>\S+)\s*")


class Kind(NamedTuple):
    """A type of condition in the form.

    Attributes:
        title: What is compared.
        limit: The first text of the limit.
        key: The further key that the condition has; empty for none.
        example: An example of its value.
    """

    title: str
    limit: str
    key: str = ""
    example: str = ""


KINDS: Final = {
    "count": Kind("number of records", "> 10"),
    "rate": Kind("records per second", "> 10"),
    "percentage": Kind("percentage of records", "> 5", "of", "a query; empty for all records"),
    "absence": Kind("absence of records", "<= 0"),
    "change": Kind("change in percent against the window before", "> 100"),
    "new_value": Kind("new values of a field", "> 0", "field", "a field, such as version"),
    "distinct": Kind("different values of a field", "> 10", "field", "a field, such as client_ip"),
    "aggregate": Kind("statistic of a field", "> 1000", "of", "such as p99(duration_ms)"),
}
"""The types of conditions."""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What is typed into the form.

    Args:
        name: The name of the rule.
        query: The query for the records that count.
        kind: The type of the condition, a key of `KINDS`.
        further: The value of the further key of the condition.
        limit: Operator and threshold, such as `> 10`.
        window: The window, such as `5m`.
    """

    name: str
    query: str
    kind: str
    further: str
    limit: str
    window: str

    def rule(self, taken: Collection[str]) -> Rule:
        """Make the rule.

        Args:
            taken: The names of the rules that there are.

        Raises:
            ConfigError: If it is no valid rule.
        """
        if self.name.strip() in taken:
            raise ConfigError(f"there is a rule named {self.name.strip()!r} already")
        try:
            rule = msgspec.convert({"name": self.name.strip(), "query": self.query, "condition": self._condition}, Rule)
        except msgspec.ValidationError as error:
            raise ConfigError(in_words(parted(error)[0])) from error
        check_rule(rule)
        return rule

    @property
    def _condition(self) -> dict[str, object]:
        match = _LIMIT.fullmatch(self.limit)
        try:
            threshold = float(match["threshold"] if match else "")
        except ValueError as error:
            raise ConfigError(f"expected a limit such as > 10, got {self.limit!r}") from error
        assert match is not None
        key = KINDS[self.kind].key
        return {
            "type": self.kind,
            "threshold": threshold,
            "operator": match["operator"] or ">",
            "window": self.window.strip(),
            **({key: self.further.strip()} if key else {}),
        }


def preview_text(evaluations: Sequence[Evaluation], styles: Mapping[str, Style], zone: tzinfo) -> Text:
    """Say how often a rule would have fired.

    Args:
        evaluations: What the evaluation of the rule has found.
        styles: The styles `bar` and `bad`.
        zone: The time zone of the times.
    """
    newest = evaluations[0]
    if newest.until is None:
        return Text("there are no records with a time to try it on")
    summary = summaries(evaluations, 0)[0]
    text = trend(newest.recent, newest.rule.condition, styles).append(" ")
    if not summary.fired:
        value = newest.instance.value
        return text.append("would not have fired" + ("" if value is None else f"; the newest value is {value:,.4g}"))
    last = max(change.at for each in evaluations for change in each.changes if change.event is Event.FIRING)
    times = "once" if summary.fired == 1 else f"{summary.fired:,} times"
    least = "" if summary.is_complete else "at least "
    lasted = f", {duration_text(timedelta(seconds=summary.firing / 10**9))} in all" if summary.firing else ""
    when = moment_of(last).astimezone(zone)
    return text.append(f"would have fired {least}{times}{lasted}, last {when:%m-%d %H:%M:%S}")
