"""The routes of alerts."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.alerts.conditions import positive
from logtui.alerts.keeping.base import Mute
from logtui.alerts.rules import Rule
from logtui.server.alerts.answers import STATED, alert, firing, happened, summary
from logtui.server.alerts.bodies import AcknowledgeBody, MuteBody, TestBody, read, refused
from logtui.server.alerts.checks import check_rule, with_secrets_of
from logtui.server.alerts.trials import replayed, told
from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.bodies import body_of
from logtui.server.ingest.receiving import front_of
from logtui.server.nearest import offer
from logtui.server.problems import ProblemError
from logtui.server.search.search_queue import gone
from logtui.server.search.tenants import is_restricted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from logtui.alerts.keeping.base import AlertStore, KeptRule
    from logtui.alerts.states import Group
    from logtui.server.auth.access import Caller

_Answer = TypeVar("_Answer")

ALERTS: Final = "/api/v1/alerts"
_ONE: Final = ALERTS + "/{alert_id}"
_MOST_BYTES: Final = 1 << 20
_MOST_WINDOWS: Final = 100_000
_MOST_ENTRIES: Final = 1_000
_ENTRIES: Final = 100

router: Final = APIRouter()


@router.post(ALERTS, status_code=HTTPStatus.CREATED)
async def create(request: Request) -> Response:
    """Make an alert."""
    rule = await _body(request, Rule)
    settings = front_of(request).settings.notifiers

    def add(store: AlertStore) -> KeptRule:
        check_rule(rule, settings)
        return store.add(rule, time.time_ns())

    kept = await _asked(request, add)
    return _json(_described(request, kept), HTTPStatus.CREATED, {"Location": f"{ALERTS}/{kept.id}"})


@router.get(ALERTS)
async def list_all(request: Request) -> Response:
    """All alerts in the order of their making, without their groups, or with those that fire."""
    _may_read(request)
    _refuse_other_parameters(request, "groups")
    described = firing if _wants_firing(request) else summary
    settings, now = front_of(request).settings.notifiers, time.time_ns()

    def answers(store: AlertStore) -> list[dict[str, Any]]:
        states = store.states()
        return [described(kept, states.get(kept.id, []), settings, now) for kept in store.rules()]

    return _json(await _asked(request, answers))


@router.get(ALERTS + "/history")
async def history_of_all(request: Request) -> Response:
    """What happened to all alerts, also to deleted ones, the newest first; the header `Link` has the next page."""
    return await _page(request, f"{ALERTS}/history", None)


@router.get(_ONE)
async def show(request: Request, alert_id: str) -> Response:
    """One alert."""
    _may_read(request)
    return await _shown(request, alert_id)


@router.put(_ONE)
async def change(request: Request, alert_id: str) -> Response:
    """Change an alert to what is sent; what is left out gets its default. An answer may be sent back as it came."""
    sent = await _body(request, Rule, STATED)
    settings = front_of(request).settings.notifiers

    def replace(store: AlertStore) -> None:
        before = _changeable(store, alert_id)
        rule = with_secrets_of(sent, before.rule)
        check_rule(rule, settings)
        store.replace(alert_id, rule, time.time_ns())

    await _asked(request, replace)
    return await _shown(request, alert_id)


@router.delete(_ONE, status_code=HTTPStatus.NO_CONTENT)
async def delete(request: Request, alert_id: str) -> Response:
    """Delete an alert; its history stays."""
    _may_change(request)

    def remove(store: AlertStore) -> None:
        _changeable(store, alert_id)
        store.delete(alert_id, time.time_ns())

    await _asked(request, remove)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(_ONE + "/mute")
async def mute(request: Request, alert_id: str) -> Response:
    """Tell nobody of an alert for some time."""
    sent, now = await _body(request, MuteBody), time.time_ns()
    wanted = Mute(sent.until(now), sent.reason, caller_of(request).name, now)
    await _asked(request, lambda store: store.mute(alert_id, wanted))
    return await _shown(request, alert_id)


@router.post(_ONE + "/unmute")
async def unmute(request: Request, alert_id: str) -> Response:
    """Tell of an alert again."""
    caller = _may_change(request)
    await _asked(request, lambda store: store.unmute(alert_id, time.time_ns(), caller.name))
    return await _shown(request, alert_id)


@router.post(_ONE + "/acknowledge")
async def acknowledge(request: Request, alert_id: str) -> Response:
    """Take care of what fires, which ends its escalation."""
    sent = await _body(request, AcknowledgeBody)

    def take(store: AlertStore) -> int:
        group = None if sent.group is None else _group(store.rule(alert_id).rule, sent.group)
        return store.acknowledge(alert_id, sent.user, time.time_ns(), group)

    count = await _asked(request, take)
    return await _shown(request, alert_id, acknowledged_now=count)


@router.post(_ONE + "/test")
async def test(request: Request, alert_id: str) -> Response:
    """Say when an alert would have fired; if asked for, also tell its targets that this is a trial."""
    sent, now, front = await _body(request, TestBody), time.time_ns(), front_of(request)
    kept = await _asked(request, lambda store: store.rule(alert_id))
    since = now - positive("since", sent.since)
    if (now - since) // kept.rule.every > _MOST_WINDOWS:
        raise refused(
            f"since: {sent.since} has more than {_MOST_WINDOWS:,} intervals of {kept.rule.interval}", key="since"
        )
    dataset, until = front.records.dataset(), time.monotonic() + front.settings.search_timeout
    answer = await front.searches.run(
        lambda left: replayed(kept, dataset, since, now, lambda: left() or time.monotonic() > until), gone(request)
    )
    if sent.notify:
        answer["notifications"] = await asyncio.to_thread(told, kept, front.settings.notifiers, now)
    return _json(answer)


@router.get(_ONE + "/history")
async def history(request: Request, alert_id: str) -> Response:
    """What happened to an alert, the newest first; the header `Link` has the next page."""
    return await _page(request, f"{ALERTS}/{alert_id}/history", alert_id)


async def _page(request: Request, path: str, alert_id: str | None) -> Response:
    """A page of the history of one alert or of all."""
    _may_read(request)
    _refuse_other_parameters(request, "limit", "before")
    limit = _number(request, "limit", _ENTRIES, _MOST_ENTRIES) or _ENTRIES
    before = _number(request, "before", None, None)
    found = await _asked(request, lambda store: store.history(alert_id, limit, before))
    next_page = f"<{path}?limit={limit}&before={found[-1][0]}>" if len(found) == limit else ""
    headers = {"Link": f'{next_page}; rel="next"'} if next_page else {}
    return _json([happened(number, entry) for number, entry in found], headers=headers)


def _may_read(request: Request) -> None:
    caller = caller_of(request)
    caller.require(Scope.READ, Scope.ALERTS)
    _refuse_tenants(caller)


def _may_change(request: Request) -> Caller:
    caller = caller_of(request)
    caller.require(Scope.ALERTS)
    _refuse_tenants(caller)
    return caller


def _refuse_tenants(caller: Caller) -> None:
    """Refuse a key for some tenants: alerts count the records of all, and show some of them."""
    if is_restricted(caller):
        detail = "alerts are about the records of all tenants; this key is for some of them"
        raise ProblemError(HTTPStatus.FORBIDDEN, detail, reason="forbidden")


async def _body(request: Request, kind: type[_Answer], besides: Collection[str] = ()) -> _Answer:
    """What a caller has sent who may change alerts."""
    _may_change(request)
    with front_of(request).memory.counted() as take:
        return read(await body_of(request, _MOST_BYTES, take), kind, besides)


async def _asked(request: Request, ask: Callable[[AlertStore], _Answer]) -> _Answer:
    """Ask the store in a thread: it waits for the disk, or for a database elsewhere."""
    alerts = front_of(request).alerts
    return await asyncio.to_thread(lambda: ask(alerts.store()))


async def _shown(request: Request, alert_id: str, **members: int) -> Response:
    kept, states = await _asked(request, lambda store: (store.rule(alert_id), store.states(alert_id)))
    settings = front_of(request).settings.notifiers
    return _json({**alert(kept, states.get(alert_id, []), settings, time.time_ns()), **members})


def _described(request: Request, kept: KeptRule) -> dict[str, object]:
    return alert(kept, [], front_of(request).settings.notifiers, time.time_ns())


def _changeable(store: AlertStore, alert_id: str) -> KeptRule:
    kept = store.rule(alert_id)
    if kept.origin == "file":
        detail = f"{kept.rule.name!r} comes from a rules file; change it there"
        raise ProblemError(HTTPStatus.CONFLICT, detail, reason="alert")
    return kept


def _group(rule: Rule, values: dict[str, str]) -> Group:
    """The group with some values, as the rule orders them."""
    if set(values) != set(rule.group_by):
        expected = ", ".join(rule.group_by) or "no field, since the alert has no groups"
        raise refused(f"group: expected values of {expected}", key="group")
    return tuple((field, values[field]) for field in rule.group_by)


def _refuse_other_parameters(request: Request, *known: str) -> None:
    """Refuse parameters of the address that are not known: an answer without them would be another one."""
    for name in request.query_params:
        if name not in known:
            raise refused(f"there is no parameter {name!r}; {offer(name, known)}", key=name)


def _wants_firing(request: Request) -> bool:
    """Whether the groups that fire are asked for.

    Raises:
        ProblemError: 400 if others are.
    """
    text = request.query_params.get("groups")
    if text not in (None, "firing"):
        raise refused(f"groups: expected firing, got {text!r}", key="groups")
    return text is not None


def _number(request: Request, name: str, default: int | None, most: int | None) -> int | None:
    """A number of the query string.

    Raises:
        ProblemError: 400 if it is none.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if number < 1 or (most is not None and number > most):
        expected = "a number from 1 on" if most is None else f"a number from 1 to {most:,}"
        raise refused(f"{name}: expected {expected}, got {text!r}", key=name)
    return number


def _json(answer: object, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(answer), status, headers, media_type="application/json")
