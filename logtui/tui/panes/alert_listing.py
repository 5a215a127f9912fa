"""Builds the lines of the alerts pane: rules and their groups, firing ones first, then all that happened. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from logtui.alerts.evaluation import CHANGES_KEPT
from logtui.alerts.states import Event, State
from logtui.model.times import moment_of
from logtui.tui.panes.choices import BARS, Choice, Listing
from logtui.tui.panes.lazy_choices import LazyChoices
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from rich.style import Style

    from logtui.alerts.conditions import Condition
    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.states import Change
    from logtui.tui.panes.alert_handling import AlertHandling
    from logtui.tui.panes.lazy_choices import Maker

    Styles = Mapping[str, Style]


def alerts_listing(
    evaluations: Sequence[Evaluation], handling: AlertHandling, styles: Styles, zone: tzinfo, *, has_rules: bool
) -> Listing:
    """List the rules with their states, then their history, the newest change first.

    Args:
        evaluations: The rules and groups in the order in which they are listed.
        handling: What is muted and acknowledged.
        styles: The styles of the pane.
        zone: The time zone of the listed times.
        has_rules: Whether there are rules, evaluated or not.
    """
    if not evaluations:
        empty = (
            "the rules are evaluated once all is read"
            if has_rules
            else "no rules: n makes one of the filter, --rules FILE reads some"
        )
        return Listing("Alerts", empty=empty)
    alerts = [maker for each in evaluations for maker in _alert_makers(each, handling, styles, zone)]
    firing = sum(each.is_firing for each in evaluations)
    title = f"Alerts · {firing} of {len(evaluations)} firing"
    return Listing(title, LazyChoices([*alerts, *_history_makers(evaluations, styles, zone)]))


def trend(values: Sequence[float | None], condition: Condition, styles: Styles) -> Text:
    """Draw the values of windows as bars; those for which the condition holds have the colour of what is bad.

    Args:
        values: The values, oldest first; None leaves a gap.
        condition: The condition, whose threshold the bars are scaled to.
        styles: The styles `bar` and `bad`.
    """
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([condition.threshold, *known])
    text = Text()
    for value in values:
        style = styles["bar"] if value is None or not condition.holds(value) else styles["bad"]
        text.append(" " if value is None else _bar(value - low, high - low), style)
    return text


def _bar(height: float, highest: float) -> str:
    return BARS[min(len(BARS) - 1, int(height / highest * len(BARS)))] if highest else BARS[0]


def _alert_makers(each: Evaluation, handling: AlertHandling, styles: Styles, zone: tzinfo) -> Iterator[Maker]:
    yield lambda: Choice(_alert_text(each, handling, styles, zone), rule=each.rule.name, group=each.group)
    yield lambda: Choice(_value_text(each, styles), is_heading=True)


def _alert_text(each: Evaluation, handling: AlertHandling, styles: Styles, zone: tzinfo) -> Text:
    state = each.instance.state
    style = styles["bad"] if each.is_firing else styles["warn" if state is State.NO_DATA else "quiet"]
    text = Text.assemble((f"{state.value.upper():<9}", style), (harmless_line(each.label), styles["heading"]))
    words = [*_mute_words(each, handling, zone), *_acknowledgement_words(each, handling)]
    return text.append("".join(f" · {word}" for word in words), styles["quiet"])


def _mute_words(each: Evaluation, handling: AlertHandling, zone: tzinfo) -> Iterator[str]:
    until = handling.muted_until.get(each.rule.name)
    if until is not None:
        yield f"muted until {moment_of(until).astimezone(zone):%m-%d %H:%M}"
    elif each.rule.name in handling.muted:
        yield "muted"


def _acknowledgement_words(each: Evaluation, handling: AlertHandling) -> Iterator[str]:
    if handling.is_acknowledged(each):
        user = handling.acknowledged_by.get(each.label)
        yield f"acknowledged by {harmless_line(user)}" if user else "acknowledged"


def _value_text(each: Evaluation, styles: Styles) -> Text:
    condition = each.rule.condition
    value = "nothing" if each.instance.value is None else f"{each.instance.value:,.4g}{condition.unit}"
    words = f" now {value} · {harmless_line(condition.described)} · {each.rule.severity}"
    return Text("  ").append_text(trend(each.recent, condition, styles)).append(words, styles["quiet"])


def _history_makers(evaluations: Sequence[Evaluation], styles: Styles, zone: tzinfo) -> Iterator[Maker]:
    changes = [(change, each) for each in evaluations for change in each.changes]
    if changes:
        yield partial(Choice, Text(f"History · {len(changes):,}", styles["heading"]), is_heading=True)
    for change, each in sorted(changes, key=lambda pair: pair[0].at, reverse=True):
        yield partial(_change_choice, each, change, styles, zone)
    for each in evaluations:
        if len(each.changes) == CHANGES_KEPT:
            words = f"of {harmless_line(each.label)}, only the newest {CHANGES_KEPT:,} changes are kept"
            yield partial(Choice, Text(words, styles["quiet"]), is_heading=True)


def _change_choice(each: Evaluation, change: Change, styles: Styles, zone: tzinfo) -> Choice:
    at = moment_of(change.at)
    value = "" if change.value is None else f" at {change.value:,.4g}{each.rule.condition.unit}"
    style = styles["bad"] if change.event is Event.FIRING else styles["quiet"]
    text = Text.assemble(
        (f"{at.astimezone(zone):%m-%d %H:%M:%S}  ", styles["quiet"]),
        (f"{change.event.value}{value}", style),
        f"  {harmless_line(each.label)}",
    )
    return Choice(text, time=at, rule=each.rule.name, group=each.group)
