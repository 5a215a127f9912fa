"""Builds the lines of the alerts pane: rules and their groups, firing ones first, then all that happened. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from logtui.alerts.states import State
from logtui.model.times import moment_of
from logtui.tui.panes.choices import BARS, Choice, Listing
from logtui.tui.panes.lazy_choices import LazyChoices
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from rich.style import Style

    from logtui.alerts.conditions import Condition
    from logtui.tui.panes.alert_source import Alert, Happening
    from logtui.tui.panes.lazy_choices import Maker

    Styles = Mapping[str, Style]

_EMPTY = "no rules: n makes one of the filter, --rules FILE reads some"


def alerts_listing(
    alerts: Sequence[Alert],
    happenings: Sequence[Happening],
    notices: Sequence[str],
    older: Sequence[str],
    styles: Styles,
    zone: tzinfo,
) -> Listing:
    """List the rules with their states, then their history.

    Args:
        alerts: The rules and groups, in the order in which they are listed.
        happenings: What happened, the newest first.
        notices: What keeps this from being whole.
        older: The sources that have an older history.
        styles: The styles of the pane.
        zone: The time zone of the listed times.
    """
    told = [partial(Choice, Text(harmless_line(text), styles["warn"]), is_heading=True) for text in notices]
    if not alerts and not happenings:
        return Listing("Alerts", empty="\n".join(map(harmless_line, notices)) or _EMPTY)
    makers = [maker for each in alerts for maker in _alert_makers(each, styles, zone)]
    title = f"Alerts · {sum(each.is_firing for each in alerts)} of {len(alerts)} firing"
    return Listing(title, LazyChoices([*told, *makers, *_history_makers(happenings, older, styles, zone)]))


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


def _alert_makers(each: Alert, styles: Styles, zone: tzinfo) -> Iterator[Maker]:
    yield lambda: Choice(_alert_text(each, styles, zone), alert=each.key)
    yield lambda: Choice(_value_text(each, styles), is_heading=True)


def _alert_text(each: Alert, styles: Styles, zone: tzinfo) -> Text:
    state = each.instance.state
    style = styles["bad"] if each.is_firing else styles["warn" if state is State.NO_DATA else "quiet"]
    text = Text.assemble((f"{state.value.upper():<9}", style), (harmless_line(each.name), styles["heading"]))
    server = f" @ {harmless_line(each.key.source)}" if each.key.source else ""
    words = [*_mute_words(each, zone), *_acknowledgement_words(each), *filter(None, [harmless_line(each.note)])]
    return text.append(server + "".join(f" · {word}" for word in words), styles["quiet"])


def _mute_words(each: Alert, zone: tzinfo) -> Iterator[str]:
    if each.muted is None:
        return
    reason = f" ({harmless_line(each.muted.reason)})" if each.muted.reason else ""
    until = each.muted.until
    yield "muted" + ("" if until is None else f" until {moment_of(until).astimezone(zone):%m-%d %H:%M}") + reason


def _acknowledgement_words(each: Alert) -> Iterator[str]:
    if each.acknowledged_by is not None:
        user = harmless_line(each.acknowledged_by)
        yield f"acknowledged by {user}" if user else "acknowledged"


def _value_text(each: Alert, styles: Styles) -> Text:
    condition = each.rule.condition
    value = "nothing" if each.instance.value is None else f"{each.instance.value:,.4g}{condition.unit}"
    words = f" now {value} · {harmless_line(condition.described)} · {each.rule.severity}"
    return Text("  ").append_text(trend(each.recent, condition, styles)).append(words, styles["quiet"])


def _history_makers(
    happenings: Sequence[Happening], older: Sequence[str], styles: Styles, zone: tzinfo
) -> Iterator[Maker]:
    if happenings:
        yield partial(Choice, Text(f"History · {len(happenings):,}", styles["heading"]), is_heading=True)
    for each in happenings:
        yield partial(_happening_choice, each, styles, zone)
    for name in older:
        text = Text(f"Enter fetches the older history of {harmless_line(name)}", styles["quiet"])
        yield partial(Choice, text, older=name)


def _happening_choice(each: Happening, styles: Styles, zone: tzinfo) -> Choice:
    at = moment_of(each.at)
    text = Text.assemble(
        (f"{at.astimezone(zone):%m-%d %H:%M:%S}  ", styles["quiet"]),
        (harmless_line(each.text), styles["bad" if each.is_firing else "quiet"]),
        f"  {harmless_line(each.label)}",
    )
    return Choice(text, time=at, alert=each.key)
