"""Rules over a store that grows: windows are looked at once, in order, whatever is restarted or comes late."""

from __future__ import annotations

from itertools import cycle, repeat
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.alerts.conditions import Absence, Aggregate, Change, Count, Distinct, NewValue, Percentage, Rate
from logtui.alerts.keeping.base import Mute
from logtui.alerts.maintenance import Maintenance
from logtui.alerts.notify.targets import Email, Webhook
from logtui.alerts.rules import Escalation, Rule
from logtui.alerts.states import State
from tests.alerts.live import Live, errors, ns
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MINUTE = "1m"
HOOK = Webhook(url="https://example.org/hook")
CHIEF = Email(to="chief@example.org")


@pytest.fixture
def live(tmp_path: Path) -> Live:
    live = Live(tmp_path / "store")
    live.arrive({}, at=-5)  # without any record there would be no data
    return live


def counting(threshold: float = 2, **more: object) -> Rule:
    keys = {"interval": "10s", "allowed_lateness": "4s", "notifications": (HOOK,), "query": "level:error", **more}
    return Rule("errors", Count(threshold, ">=", window=MINUTE), **keys)  # type: ignore[arg-type]


def test_a_rule_fires_once_and_resolves_once(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), {"second": 23}, at=25)
    for second in range(10, 140, 5):
        live.arrive({"second": second}, at=second)
        live.look(second)
    assert live.history(kept) == [(30, "firing"), (90, "resolved")]
    assert [each.message.event for each in live.postings()] == ["firing", "resolved"]


def test_a_look_waits_for_the_allowed_lateness(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), at=25)
    live.look(30)
    live.look(34.9)
    assert live.history(kept) == []
    live.look(35)
    assert live.history(kept) == [(30, "firing")]


def test_a_record_that_is_late_within_the_allowance_counts(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(28), at=28)
    live.arrive(*errors(29), at=33.9)
    live.look(35)
    assert live.history(kept) == [(30, "firing")]


def test_a_record_that_is_later_is_counted_as_late(live: Live) -> None:
    kept = live.add(counting())
    live.look(20)
    live.arrive(*errors(1, 2), {"second": 28}, at=28)
    live.look(40)
    assert live.history(kept) == [(30, "late")]
    assert live.alerts.rule(kept.id).late == 2


def test_a_rule_by_the_time_of_arrival_misses_nothing_and_does_not_wait(live: Live) -> None:
    kept = live.add(counting(time_basis="ingest"))
    live.arrive(*errors(-86_400, -86_401), at=28)
    live.look(31)
    assert live.history(kept) == [(30, "firing")]


def test_zero_matches_are_a_value_and_silence_is_no_data(live: Live) -> None:
    kept = live.add(counting())
    live.arrive({"second": 5}, at=5)
    live.look(65)
    assert live.alerts.states()[kept.id][0].instance.value == 0
    live.look(75)
    assert live.history(kept) == [(70, "no data")]
    assert live.alerts.states()[kept.id][0].instance.state is State.NO_DATA


@pytest.mark.parametrize(
    ("condition", "query", "rows", "value"),
    [
        (Count(1, window=MINUTE), "level:error", errors(1, 2, 3), 3),
        (Rate(1, per="minute", window=MINUTE), "level:error", errors(1, 2, 3), 3),
        (
            Percentage(1, of="service:api", window=MINUTE),
            "level:error",
            [*errors(1, service="api"), {"service": "api"}],
            50,
        ),
        (Distinct(1, field="user", window=MINUTE), "", [{"@user": name} for name in "abca"], 3),
        (Aggregate(1, of="p50(ms)", window=MINUTE), "", [{"@ms": str(ms)} for ms in (1, 5, 100)], 5),
        (Aggregate(1, of="avg(ms)", window=MINUTE), "", [{"@ms": str(ms)} for ms in (1, 5, 6)], 4),
        (Absence(window=MINUTE), "message:backup", [{}], 0),
        (Change(1, window="30s"), "level:error", errors(5, 6, 35, 36, 37), 50),
        (
            NewValue(field="version", window="30s"),
            "",
            [{"second": 1, "@version": "1"}, {"second": 40, "@version": "2"}],
            1,
        ),
    ],
    ids=lambda each: type(each).__name__ if hasattr(each, "threshold") else "",
)
def test_every_condition_has_its_value(
    live: Live, condition: Count, query: str, rows: list[dict[str, object]], value: float
) -> None:
    kept = live.add(Rule("r", condition, query=query, interval="30s", allowed_lateness="0s"))
    live.arrive(*({"second": 20, **row} for row in rows), at=0)
    live.look(61)
    assert live.alerts.states()[kept.id][0].instance.value == value


def test_silence_of_everything_is_absence_too(tmp_path: Path) -> None:
    live = Live(tmp_path / "store")
    kept = live.add(Rule("no backup", Absence(window=MINUTE), query="message:backup", allowed_lateness="0s"))
    live.look(60)
    assert live.history(kept) == [(30, "firing")]


def test_each_group_has_its_own_state(live: Live) -> None:
    kept = live.add(counting(group_by=("service",)))
    live.arrive(*errors(21, 22, service="api"), *errors(23, service="web"), at=25)
    live.look(35)
    states = {each.group: each.instance.state for each in live.alerts.states()[kept.id]}
    assert states == {(("service", "api"),): State.ALERTING, (("service", "web"),): State.OK}
    assert live.postings()[0].message.group == {"service": "api"}


def test_a_message_says_what_to_look_at(live: Live) -> None:
    live.add(counting())
    live.arrive(*errors(21, 22, message="timeout after 5 s", service="api"), at=25)
    live.look(35)
    message = live.postings()[0].message
    assert message.samples == ("timeout after 5 s",) * 2
    assert message.top == {"level": [("error", 2)], "service": [("api", 2)]}
    assert message.condition == "count >= 2 in 1m"
    assert message.command == (
        "logtui open http://logs:8080 -q level:error --since 2026-11-30T11:59:30Z --until 2026-11-30T12:00:30Z"
    )


def test_a_mute_tells_nobody_and_a_firing_that_outlives_it_is_told(live: Live) -> None:
    kept = live.add(counting())
    live.alerts.mute(kept.id, Mute(until=ns(50), reason="deploying", at=ns(0)))
    live.arrive(*errors(21, 22), at=25)
    live.look(35)
    assert live.history(kept)[1:] == [(30, "firing"), (30, "not sent")]
    assert live.postings() == []
    live.look(55)
    assert [each.message.event for each in live.postings()] == ["firing"]


def test_nobody_is_told_of_a_firing_in_maintenance(live: Live) -> None:
    live.add(counting(maintenance=(Maintenance("0 12 * * *", "1h", "the nightly job"),)))
    live.arrive(*errors(21, 22), at=25)
    live.look(35)
    assert live.postings() == []
    live.arrive(*errors(3590, 3591), at=3595)
    live.look(3610)
    assert [each.message.event for each in live.postings()] == ["firing"]


def test_an_alert_that_nobody_acknowledges_is_escalated_once(live: Live) -> None:
    kept = live.add(counting(escalation=(Escalation("20s", (CHIEF,)),)))
    for second in range(20, 120, 10):
        live.arrive(*errors(second, second + 1), at=second + 2)
        live.look(second + 15)
    assert live.history(kept) == [(30, "firing"), (50, "escalated")]
    assert [(each.message.event, each.target) for each in live.postings()] == [("firing", HOOK), ("escalated", CHIEF)]
    live.arrive({"second": 195}, at=200)
    live.look(210)
    resolved = [each.target for each in live.postings() if each.message.event == "resolved"]
    assert resolved == [HOOK, CHIEF]


def test_an_acknowledged_alert_is_not_escalated_and_its_targets_know(live: Live) -> None:
    kept = live.add(counting(escalation=(Escalation("20s", (CHIEF,)),)))
    for second in range(20, 90, 10):
        live.arrive(*errors(second, second + 1), at=second + 2)
        live.look(second + 15)
        if second == 30:
            live.alerts.acknowledge(kept.id, "ann", ns(45))
    assert [(each.message.event, each.target) for each in live.postings()] == [("firing", HOOK), ("acknowledged", HOOK)]


def test_a_rule_that_counts_something_else_ends_its_alerts(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), at=25)
    live.look(35)
    live.alerts.replace(kept.id, counting(query="level:fatal"), ns(40))
    live.look(45)
    assert [each.message.event for each in live.postings()] == ["firing", "resolved"]
    assert live.alerts.states()[kept.id][0].instance.state is State.OK


def test_a_new_threshold_keeps_the_state(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), at=25)
    live.look(35)
    live.alerts.replace(kept.id, counting(1), ns(40))
    live.look(45)
    assert [each.message.event for each in live.postings()] == ["firing"]


def test_a_deleted_rule_ends_its_alerts(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), at=25)
    live.look(35)
    live.alerts.delete(kept.id, ns(40))
    live.look(45)
    assert [each.message.event for each in live.postings()] == ["firing", "resolved"]
    assert live.alerts.rules(deleted=True) == []


def test_what_was_not_looked_at_for_too_long_is_in_the_history(live: Live) -> None:
    kept = live.add(counting())
    live.look(15)
    live.restart()
    live.look(15 + 10 * 600)
    assert (10 + 10 * 100, "skipped") in live.history(kept)


def test_a_query_that_fails_is_a_problem_of_its_rule_alone(live: Live) -> None:
    bad = live.add(Rule("bad", Count(1), query="took:>1.5s", interval="10s", allowed_lateness="4s"))
    good = live.add(counting())
    live.arrive(*errors(21, 22, **{"@took": "12"}), at=25)
    live.look(35)
    assert live.history(good) == [(30, "firing")]
    assert live.alerts.rule(bad.id).evaluated is not None


def test_another_ticker_waits_for_the_lease(live: Live) -> None:
    kept = live.add(counting())
    live.arrive(*errors(21, 22), at=25)
    live.look(24)
    first = live.ticker
    live.restart("two")
    live.look(60)
    assert live.history(kept) == []
    first.release()
    live.look(60)
    assert live.history(kept) == [(30, "firing")]


ARRIVALS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 30), st.booleans()), min_size=1, max_size=12)
LOOKS = st.lists(st.integers(1, 60), min_size=1, max_size=4)
RULES: list[Callable[[], Rule]] = [
    counting,
    lambda: counting(consecutive=2),
    lambda: counting(cooldown="40s", keep_firing_for="20s"),
    lambda: counting(group_by=("service",)),
    lambda: msgspec.structs.replace(
        counting(), condition=NewValue(field="service", window=MINUTE, learn="30s"), query=""
    ),
    lambda: msgspec.structs.replace(counting(), condition=Change(50, window="30s")),
]


def run(
    folder: Path, rule: Rule, arrivals: list[tuple[int, int, bool]], looks: Iterable[int], restarts: Iterator[bool]
) -> tuple[object, object]:
    """What is in the history, and who is told, if it is looked at these moments, with restarts in between."""
    live = Live(folder)
    kept = live.add(rule)
    waiting = sorted((second + late, second, is_error) for second, late, is_error in arrivals)
    for moment in looks:
        ready = [each for each in waiting if each[0] <= moment]
        waiting = waiting[len(ready) :]
        rows = [
            {"second": second, "arrived": at, "level": "error" if is_error else "info", "service": "ab"[second % 2]}
            for at, second, is_error in ready
        ]
        if rows:
            live.arrive(*rows, at=moment)
        if next(restarts):
            live.restart()
        live.look(moment)
    told = [(each.message.event, each.message.at, each.message.group) for each in live.postings()]
    live.store.close()
    # When late records are noticed depends on when somebody looks.
    return [each for each in live.history(kept) if each[1] != "late"], sorted(told, key=str)


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ARRIVALS, LOOKS, st.sampled_from(RULES), st.lists(st.booleans(), min_size=6, max_size=6))
def test_restarts_and_the_order_of_arrival_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    arrivals: list[tuple[int, int, bool]],
    looks: list[int],
    rule: Callable[[], Rule],
    restarts: list[bool],
) -> None:
    """Records that come in time or too late, looked at often, or seldom with restarts between."""
    often = range(1, 262, 10)
    seldom = [1, *(1 + 10 * sum(looks[: at + 1]) for at in range(len(looks)) if sum(looks[: at + 1]) < 26), 261]
    calmly = run(tmp_path_factory.mktemp("often"), rule(), arrivals, often, repeat(False))
    roughly = run(tmp_path_factory.mktemp("seldom"), rule(), arrivals, seldom, cycle(restarts))
    assert calmly == roughly


def test_a_field_that_two_columns_are_named_like_stops_its_rule_alone(live: Live) -> None:
    bad = live.add(Rule("bad", Count(1), query="userid:7", interval="10s", allowed_lateness="4s"))
    good = live.add(counting())
    live.arrive(*errors(21, 22, **{"@UserId": "7", "@USERID": "8"}), at=25)
    live.look(35)
    assert live.history(good) == [(30, "firing")]
    assert "UserId" in live.alerts.rule(bad.id).problem


def test_a_longer_window_that_shares_the_counts_of_a_shorter_one_sees_all_of_it(live: Live) -> None:
    live.add(counting())
    live.arrive(*errors(21), at=25)
    for second in range(35, 305, 10):
        live.arrive({"second": second}, at=second)
        live.look(second)
    longer = live.add(msgspec.structs.replace(counting(1), name="longer", condition=Count(1, ">=", window="10m")), 300)
    live.look(316)
    assert live.alerts.states()[longer.id][0].instance.value == 1


def test_what_was_told_of_silence_is_told_of_its_end_under_one_key(live: Live) -> None:
    live.add(counting())
    live.look(95)
    live.arrive({"second": 96}, at=96)
    live.look(116)
    told = [(each.message.event, each.message.episode) for each in live.postings()]
    assert [event for event, _ in told] == ["no data", "data again"]
    assert len({episode for _, episode in told}) == 1


def test_an_alert_that_follows_silence_ends_it(live: Live) -> None:
    live.add(counting())
    live.look(95)
    live.arrive(*errors(96, 97), at=98)
    live.look(116)
    assert [each.message.event for each in live.postings()] == ["no data", "data again", "firing"]
