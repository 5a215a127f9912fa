"""The alerts of one server, asked by HTTP and read in its data folder: both say the same, and both can change them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.alerts.conditions import Count
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, Look
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.notify.targets import PagerDuty
from logtui.alerts.rules import Rule
from logtui.alerts.served.opening import served_alerts
from logtui.alerts.states import Instance, State
from logtui.errors import AlertError, RemoteError
from tests.server.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from logtui.alerts.served.base import ServedAlert, ServedAlerts

SECOND = 1_000_000_000
SINCE = 1_700_000_000 * SECOND
API, WEB = (("service", "api"),), (("service", "web"),)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ServedAlerts]]:
    """A server that evaluates nothing, by HTTP and by its folder."""
    with Server(tmp_path_factory.mktemp("served") / "data", "--role", "front") as server:
        with closing(SqlStore(f"sqlite:///{server.folder / 'alerts.sqlite'}")) as store:
            grouped = Rule("errors", Count(2), group_by=("service",), notifications=(PagerDuty("secret"),))
            keep(store, store.add(grouped, SINCE).id, state(API), state(WEB, State.OK, 1.5))
            keep(store, store.add(Rule("all", Count(2)), SINCE).id, state(()))
            keep(store, store.add(Rule("quiet", Count(2), group_by=("service",)), SINCE).id, state(WEB, State.OK))
            store.add(Rule("new", Count(2)), SINCE)
        yield served_alerts([f"http://127.0.0.1:{server.port}"], [server.folder / "store"])
        server.stop()


def state(group: tuple[tuple[str, str], ...], now: State = State.ALERTING, value: float = 5.0) -> GroupState:
    fired = SINCE if now is State.ALERTING else None
    return GroupState(group, Instance(now, SINCE, value, fired=fired))


def keep(store: SqlStore, alert_id: str, *states: GroupState) -> None:
    lease = store.lease("test", 0)
    assert lease
    entry = HistoryEntry(SINCE, alert_id, HistoryEvent.FIRING, State.OK, State.ALERTING, 5.0, states[0].group)
    store.keep([Look(store.rule(alert_id), SINCE, states=states, history=[entry])], lease)


def said(alert: ServedAlert) -> tuple[object, ...]:
    kept, states, groups = alert
    mute = kept.mute and (kept.mute.until, kept.mute.reason)
    known = [
        (each.group, each.instance.state, each.instance.fired, each.acknowledgement and each.acknowledgement.user)
        for each in states
    ]
    return kept.id, kept.rule.name, kept.rule.condition, kept.rule.group_by, mute, known, groups


def by_name(server: ServedAlerts) -> dict[str, ServedAlert]:
    return {each.kept.rule.name: each for each in server.alerts()}


def test_both_say_the_same(both: list[ServedAlerts]) -> None:
    remote, folder = both
    assert [said(each) for each in remote.alerts()] == [said(each) for each in folder.alerts()]
    errors, quiet = by_name(remote)["errors"], by_name(remote)["quiet"]
    assert [(each.group, each.instance.value) for each in errors.states] == [(API, 5.0)]
    assert (errors.groups, quiet.groups, [each.group for each in quiet.states]) == (2, 1, [()])


def test_both_have_the_same_history_in_pages(both: list[ServedAlerts]) -> None:
    remote, folder = both
    whole = remote.history(100)
    assert whole == folder.history(100)
    assert [*folder.history(2), *remote.history(100, whole[1][0])] == whole


def test_what_is_done_by_one_is_seen_by_the_other(both: list[ServedAlerts]) -> None:
    for one, other in (both, both[::-1]):
        alert_id = by_name(one)["errors"].kept.id
        one.mute(alert_id, "1h", "deploying")
        mute = by_name(other)["errors"].kept.mute
        assert mute
        assert (mute.reason, mute.until and round((mute.until - mute.at) / SECOND)) == ("deploying", 3600)
        one.unmute(alert_id)
        one.acknowledge(alert_id, f"{one.name}'s user", API)
        (taken,) = by_name(other)["errors"].states
        assert taken.is_acknowledged
        assert said(by_name(one)["errors"]) == said(by_name(other)["errors"])
        one.create(Rule(f"made by {one.name}", Count(7), query="level:error"))
        assert by_name(other)[f"made by {one.name}"].kept.rule.query == "level:error"
        one.acknowledge(by_name(one)["all"].kept.id, "ann", ())
        assert by_name(other)["all"].states[0].is_acknowledged


def test_a_folder_without_alerts_is_left_as_it_is(tmp_path: Path) -> None:
    for name in ("store", "journal"):
        (tmp_path / name).mkdir()
    (folder,) = served_alerts([], [tmp_path / "store"])
    assert (folder.alerts(), folder.history(10)) == ([], [])
    with pytest.raises(AlertError, match="no server has kept alerts here"):
        folder.create(Rule("errors", Count(2)))
    assert not (tmp_path / "alerts.sqlite").exists()


def test_servers_that_would_be_called_the_same_are_told_apart(tmp_path: Path) -> None:
    stores = [tmp_path / place / "data" / "store" for place in ("a", "b")]
    for store in stores:
        store.mkdir(parents=True)
        (store.parent / "journal").mkdir()
    urls = ["http://host:1", "http://host:2/", "http://host:2", "https://host:1"]
    names = sorted(each.name for each in served_alerts(urls, [*stores, stores[0]]))
    assert names == sorted(["http://host:1", "https://host:1", "host:2", *(str(each.parent) for each in stores)])


def test_an_answer_of_another_version_is_said(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/alerts").respond_with_json([{"name": "x", "condition": {"type": "tomorrow"}}])
    (remote,) = served_alerts([httpserver.url_for("").rstrip("/"), "clickhouse://host/logs"], [])
    with pytest.raises(RemoteError, match=r"alerts of another version: .*tomorrow"):
        remote.alerts()
