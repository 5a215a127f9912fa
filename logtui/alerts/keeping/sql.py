"""`SqlStore`: alerts in SQLite or PostgreSQL, for several processes, durable once a method has returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from logtui.alerts.keeping import bounds
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, KeptRule, Lease, PostingState
from logtui.alerts.keeping.database import BUSY_SECONDS, Database
from logtui.alerts.keeping.happenings import acknowledged, muted, to_acknowledge, unmuted
from logtui.alerts.keeping.keys import key_of, lane_of, new_id
from logtui.alerts.keeping.settling import settled, undelivered
from logtui.alerts.keeping.tables import (
    ACKNOWLEDGEMENTS,
    HISTORY,
    KNOWN_VALUES,
    LEASE,
    POSTINGS,
    RECEIPTS,
    RULE_FIELDS,
    RULES,
    STATES,
)
from logtui.alerts.notify.base import Delivered
from logtui.errors import AlertConflictError, LeaseLostError, UnknownAlertError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import ColumnElement, Connection, Executable, FromClause, Select, Table

    from logtui.alerts.keeping.base import Look, Mute, Posting, RuleOrigin
    from logtui.alerts.notify.base import Outcome
    from logtui.alerts.notify.targets import Target
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group

_SECOND: Final = 1_000_000_000
_OF_RULES: Final = (STATES, ACKNOWLEDGEMENTS, KNOWN_VALUES)
_PARAMETERS: Final = 500
"""The names that one statement asks for; SQLite has a bound."""

_ADVANCE: Final = (
    update(RULES)
    .where(RULES.c.id == bindparam("of_rule"))
    .values(
        evaluated=bindparam("until"),
        late=RULES.c.late + bindparam("more"),
        problem=bindparam("fault", type_=RULES.c.problem.type),
    )
)


class SqlStore:
    """Keeps alerts as `AlertStore` says, in a database.

    Args:
        url: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.
        busy_seconds: How long a transaction waits for those of other processes.

    Raises:
        AlertError: If the database cannot be opened, or a newer logtui has made its tables.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._database = Database(url, busy_seconds=busy_seconds)

    def rules(self, *, deleted: bool = False) -> list[KeptRule]:
        """See `AlertStore`."""
        wanted = select(*RULE_FIELDS).order_by(RULES.c.number)
        with self._reading() as connection:
            found = connection.execute(wanted if deleted else wanted.where(~RULES.c.is_deleted))
            return [KeptRule(*row) for row in found]

    def rule(self, rule_id: str) -> KeptRule:
        """See `AlertStore`."""
        with self._reading() as connection:
            return _known(connection, rule_id)

    def add(self, rule: Rule, now: int, *, origin: RuleOrigin = "api") -> KeptRule:
        """See `AlertStore`."""
        return self.add_all([rule], now, origin=origin)[0]

    def add_all(self, rules: Sequence[Rule], now: int, *, origin: RuleOrigin = "api") -> list[KeptRule]:
        """See `AlertStore`."""
        added = [KeptRule(new_id(), rule, origin, created=now) for rule in rules]
        with self._writing() as connection:
            for kept in added:
                row = {name: getattr(kept, name) for name in KeptRule.__struct_fields__}
                name = kept.rule.name
                _write_rule(connection, insert(RULES).values({**row, "name_key": key_of(name)}), name)
            _note(connection, [HistoryEntry(now, kept.id, HistoryEvent.CREATED) for kept in added])
        return added

    def replace(self, rule_id: str, rule: Rule, now: int) -> KeptRule:
        """See `AlertStore`."""
        with self._writing() as connection:
            kept = _known(connection, rule_id, lock=True)
            if not kept.knows_values_of(rule):
                connection.execute(delete(KNOWN_VALUES).where(KNOWN_VALUES.c.rule_id == rule_id))
            changed = msgspec.structs.replace(kept, rule=rule, version=kept.version + 1)
            row = {"rule": rule, "name_key": key_of(rule.name), "version": changed.version}
            _write_rule(connection, update(RULES).where(RULES.c.id == rule_id).values(row), rule.name)
            _note(connection, [HistoryEntry(now, rule_id, HistoryEvent.CHANGED)])
        return changed

    def delete(self, rule_id: str, now: int) -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            kept = _known(connection, rule_id, lock=True)
            _change(connection, rule_id, is_deleted=True, version=kept.version + 1)
            _note(connection, [HistoryEntry(now, rule_id, HistoryEvent.DELETED)])

    def forget(self, rule: KeptRule, lease: Lease) -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            _check_lease(connection, lease)
            is_it = and_(RULES.c.id == rule.id, RULES.c.version == rule.version, RULES.c.is_deleted)
            if connection.execute(delete(RULES).where(is_it)).rowcount:
                for table in _OF_RULES:
                    connection.execute(delete(table).where(table.c.rule_id == rule.id))

    def mute(self, rule_id: str, mute: Mute) -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            _known(connection, rule_id, lock=True)
            _change(connection, rule_id, mute=mute)
            _note(connection, [muted(rule_id, mute)])

    def unmute(self, rule_id: str, now: int, by: str = "") -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            if _known(connection, rule_id, lock=True).mute is not None:
                _change(connection, rule_id, mute=None)
                _note(connection, [unmuted(rule_id, now, by)])

    def acknowledge(self, rule_id: str, user: str, now: int, group: Group | None = None) -> int:
        """See `AlertStore`."""
        with self._writing() as connection:
            kept = _known(connection, rule_id, lock=True)
            found = [state for _, state in _states(connection, rule_id) if group is None or state.group == group]
            firing = to_acknowledge(kept.rule.name, found, user)
            pairs = [acknowledged(rule_id, state, user, now) for state in firing]
            rows = [
                {"rule_id": rule_id, "group_key": key_of(state.group), "acknowledgement": acknowledgement}
                for state, (acknowledgement, _) in zip(firing, pairs, strict=True)
            ]
            self._put(connection, ACKNOWLEDGEMENTS, ("rule_id", "group_key"), rows)
            _note(connection, [entry for _, entry in pairs])
            return len(firing)

    def states(self, rule_id: str | None = None) -> dict[str, list[GroupState]]:
        """See `AlertStore`."""
        found: dict[str, list[GroupState]] = {}
        with self._reading() as connection:
            if rule_id is not None:
                _known(connection, rule_id)
            for each, state in _states(connection, rule_id):
                found.setdefault(each, []).append(state)
        return found

    def history(
        self, rule_id: str | None = None, limit: int = 100, before: int | None = None
    ) -> list[tuple[int, HistoryEntry]]:
        """See `AlertStore`."""
        wanted = select(HISTORY.c.number, HISTORY.c.entry).order_by(HISTORY.c.number.desc()).limit(limit)
        if rule_id is not None:
            wanted = wanted.where(HISTORY.c.rule_id == _storable(rule_id))
        if before is not None:
            wanted = wanted.where(HISTORY.c.number < before)
        with self._reading() as connection:
            found = [(number, entry) for number, entry in connection.execute(wanted)]
            if not found and rule_id is not None:
                _check_history(connection, rule_id)
            return found

    def values(self, rule_id: str) -> dict[str, int]:
        """See `AlertStore`."""
        wanted = select(KNOWN_VALUES.c.value, KNOWN_VALUES.c.step).where(KNOWN_VALUES.c.rule_id == rule_id)
        with self._reading() as connection:
            return dict(connection.execute(wanted).all())

    def keep(self, looks: Sequence[Look], lease: Lease) -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            _check_lease(connection, lease)
            present = _versions(connection)
            self._keep(connection, [look for look in looks if present.get(look.rule.id) == look.rule.version])

    def lease(self, holder: str, seconds: float) -> Lease | None:
        """See `AlertStore`."""
        with self._writing() as connection:
            known, number, until = connection.execute(select(LEASE).with_for_update()).one()
            now = self._database.now(connection)  # asked once the row is locked, which may have taken long
            if known != holder:
                if now < until:
                    return None
                number += 1
            row = {"holder": holder, "number": number, "until": now + int(seconds * _SECOND)}
            connection.execute(update(LEASE).values(row))
            return Lease(holder, number)

    def waiting(self, now: int, limit: int = 100) -> list[Posting]:
        """See `AlertStore`."""
        earlier = POSTINGS.alias()
        is_held = (
            select(earlier.c.number)
            .where(_waits(earlier), earlier.c.lane == POSTINGS.c.lane)
            .where(earlier.c.number < POSTINGS.c.number, earlier.c.due > now)
            .exists()
        )
        wanted = select(POSTINGS.c.posting).where(_waits(POSTINGS), POSTINGS.c.due <= now, ~is_held)
        with self._reading() as connection:
            return list(connection.scalars(wanted.order_by(POSTINGS.c.number).limit(limit)))

    def settle(self, keys: Sequence[str], outcome: Outcome, now: int) -> None:
        """See `AlertStore`."""
        with self._writing() as connection:
            for key in keys:
                self._settle(connection, key, outcome, now)
            _trim(connection, POSTINGS, bounds.SETTLED, ~_waits(POSTINGS))

    def _settle(self, connection: Connection, key: str, outcome: Outcome, now: int) -> None:
        wanted = select(POSTINGS.c.posting).where(POSTINGS.c.key == key, _waits(POSTINGS)).with_for_update()
        posting = connection.scalar(wanted)
        if posting is None:
            return
        after, state = settled(posting, outcome)
        row = {"posting": after, "due": after.due, "state": state}
        connection.execute(update(POSTINGS).where(POSTINGS.c.key == key).values(row))
        if isinstance(outcome, Delivered):
            self._take_receipts(connection, after.target, outcome.receipts)
        _note(connection, undelivered(after, outcome, now))

    def receipts(self, target: Target, episodes: Sequence[str]) -> dict[str, str]:
        """See `AlertStore`."""
        places = {_receipt_key(target, episode): episode for episode in episodes}
        with self._reading() as connection:
            found = [row for keys in _portions(list(places)) for row in connection.execute(_receipts(keys)).all()]
        return {places[key]: receipt for key, receipt in found}

    def backlog(self) -> Mapping[PostingState, int]:
        """See `AlertStore`."""
        wanted = select(POSTINGS.c.state, func.count(POSTINGS.c.number)).group_by(POSTINGS.c.state)
        with self._reading() as connection:
            counts: dict[str, int] = dict(connection.execute(wanted).all())
        return {state: counts.get(state, 0) for state in PostingState}

    def close(self) -> None:
        """See `AlertStore`."""
        self._database.close()

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    def _keep(self, connection: Connection, looks: Sequence[Look]) -> None:
        rows = _Rows.of(looks)
        _run(connection, _ADVANCE, rows.rules)
        self._put(connection, STATES, ("rule_id", "group_key"), rows.states)
        for table in (STATES, ACKNOWLEDGEMENTS):
            is_gone = and_(table.c.rule_id == bindparam("of_rule"), table.c.group_key == bindparam("of_group"))
            _run(connection, delete(table).where(is_gone), rows.gone)
        _run(connection, self._database.insert(POSTINGS).on_conflict_do_nothing(index_elements=["key"]), rows.postings)
        values = self._database.insert(KNOWN_VALUES)
        step = values.excluded.step
        is_earlier = step < KNOWN_VALUES.c.step
        keys = ["rule_id", "value_key"]
        _run(
            connection,
            values.on_conflict_do_update(index_elements=keys, set_={"step": step}, where=is_earlier),
            rows.values,
        )
        _note(connection, [entry for look in looks for entry in look.history])

    def _put(self, connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
        """Write rows, in the place of those with the same keys."""
        statement = self._database.insert(table)
        others = {
            column.name: statement.excluded[column.name] for column in table.c if column.name not in (*keys, "number")
        }
        _run(connection, statement.on_conflict_do_update(index_elements=keys, set_=others), rows)

    def _take_receipts(self, connection: Connection, target: Target, receipts: Mapping[str, str]) -> None:
        rows = [{"key": _receipt_key(target, episode), "receipt": receipt} for episode, receipt in receipts.items()]
        self._put(connection, RECEIPTS, ("key",), rows)
        _trim(connection, RECEIPTS, bounds.RECEIPTS)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that looks lead to, by table."""

    rules: list[dict[str, Any]]
    states: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    postings: list[dict[str, Any]]
    values: list[dict[str, Any]]

    @classmethod
    def of(cls, looks: Iterable[Look]) -> _Rows:
        rows = cls([], [], [], [], [])
        for look in looks:
            rows.add(look.rule.id, look)
        return rows

    def add(self, rule_id: str, look: Look) -> None:
        """Add the rows of a look."""
        self.rules.append({"of_rule": rule_id, "until": look.evaluated, "more": look.late, "fault": look.problem})
        self.states.extend(
            {"rule_id": rule_id, "group_key": key_of(state.group), "state": state} for state in look.states
        )
        self.gone.extend({"of_rule": rule_id, "of_group": key_of(group)} for group in look.gone)
        self.postings.extend(map(_posting_row, look.postings))
        self.values.extend(
            {"rule_id": rule_id, "value_key": key_of(value), "value": value, "step": step}
            for value, step in (look.values or {}).items()
        )


def _posting_row(posting: Posting) -> dict[str, Any]:
    return {
        "key": posting.key,
        "state": PostingState.WAITING,
        "lane": lane_of(posting),
        "due": posting.due,
        "posting": posting,
    }


def _run(connection: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _known(connection: Connection, rule_id: str, *, lock: bool = False) -> KeptRule:
    """A rule that is not deleted, which nobody else changes in this transaction if it is locked."""
    wanted = select(*RULE_FIELDS).where(RULES.c.id == _storable(rule_id), ~RULES.c.is_deleted)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise UnknownAlertError(f"no alert has the id {rule_id!r}")
    return KeptRule(*row)


def _change(connection: Connection, rule_id: str, **changes: object) -> None:
    connection.execute(update(RULES).where(RULES.c.id == rule_id).values(changes))


def _write_rule(connection: Connection, statement: Executable, name: str) -> None:
    try:
        connection.execute(statement)
    except IntegrityError as error:
        raise AlertConflictError(f"another alert is named {name!r}") from error


def _versions(connection: Connection) -> dict[str, int]:
    """The versions of all rules, which stay as they are until the transaction ends."""
    wanted = select(RULES.c.id, RULES.c.version).order_by(RULES.c.number).with_for_update()
    return dict(connection.execute(wanted).all())


def _check_lease(connection: Connection, lease: Lease) -> None:
    """Refuse what an older lease has begun; nobody else gets the lease before the transaction ends."""
    known, number, _ = connection.execute(select(LEASE).with_for_update()).one()
    if (known, number) != (lease.holder, lease.number):
        raise LeaseLostError(f"{known or 'nobody'} evaluates the alerts now")


def _states(connection: Connection, rule_id: str | None) -> Iterator[tuple[str, GroupState]]:
    """The states of the groups with their acknowledgements, and the rules that they are of."""
    is_same = and_(ACKNOWLEDGEMENTS.c.rule_id == STATES.c.rule_id, ACKNOWLEDGEMENTS.c.group_key == STATES.c.group_key)
    columns = (STATES.c.rule_id, STATES.c.state, ACKNOWLEDGEMENTS.c.acknowledgement)
    wanted = select(*columns).select_from(STATES.outerjoin(ACKNOWLEDGEMENTS, is_same))
    if rule_id is not None:
        wanted = wanted.where(STATES.c.rule_id == rule_id)
    for each, state, acknowledgement in connection.execute(wanted):
        yield each, msgspec.structs.replace(state, acknowledgement=acknowledgement)


def _check_history(connection: Connection, rule_id: str) -> None:
    """Refuse an id that neither a rule nor an entry of the history has."""
    wanted = select(HISTORY.c.number).where(HISTORY.c.rule_id == _storable(rule_id)).limit(1)
    if connection.scalar(wanted) is None:
        _known(connection, rule_id)


def _note(connection: Connection, entries: Sequence[HistoryEntry]) -> None:
    """Add to the history, the last thing in a transaction: two that let old entries go do not wait for each other."""
    if entries:
        _run(connection, insert(HISTORY), [{"rule_id": entry.rule_id, "entry": entry} for entry in entries])
        _trim(connection, HISTORY, bounds.HISTORY)


def _trim(connection: Connection, table: Table, most: int, *conditions: ColumnElement[bool]) -> None:
    """Delete the oldest rows: of those numbered further back than a bound, all that meet the conditions."""
    newest = select(func.max(table.c.number)).scalar_subquery()
    connection.execute(delete(table).where(table.c.number <= newest - most, *conditions))


def _waits(table: FromClause) -> ColumnElement[bool]:
    waits: ColumnElement[bool] = table.c.state == PostingState.WAITING
    return waits


def _receipts(keys: Sequence[str]) -> Select[str, str]:
    return select(RECEIPTS.c.key, RECEIPTS.c.receipt).where(RECEIPTS.c.key.in_(keys))


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _PARAMETERS):
        yield keys[start : start + _PARAMETERS]


def _receipt_key(target: Target, episode: str) -> str:
    return key_of((target, episode))


def _storable(rule_id: str) -> str:
    """An id as somebody asks for it, without NUL: PostgreSQL refuses such a text, and no rule has such an id."""
    return rule_id.replace("\0", "?")
