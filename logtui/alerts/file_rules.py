"""Rules of a file in a store of alerts: a rule is there as long as it is in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from logtui.errors import AlertConflictError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.keeping.base import AlertStore
    from logtui.alerts.rules import Rule


class Changes(NamedTuple):
    """How many rules of files are new, changed and gone."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


def synchronise(store: AlertStore, rules: Sequence[Rule], now: int) -> Changes:
    """Make the rules of files that a store keeps those that are given; rules are known by their names.

    A rule that is the same keeps its version, a changed one its id, mute and states, which the next evaluation ends if
    the rule counts something else now. Rules that came by the API stay as they are.

    Args:
        store: Where rules are kept.
        rules: The rules of the file, with different names.
        now: Epoch nanoseconds.

    Raises:
        AlertConflictError: If a rule that came by the API has one of the names; nothing is changed then.
    """
    kept = {each.rule.name: each for each in store.rules()}
    wanted = {rule.name: rule for rule in rules}
    taken = [name for name in wanted if name in kept and kept[name].origin == "api"]
    if taken:
        raise AlertConflictError(
            f"{taken[0]!r} is the name of an alert that came by the API", hint="rename or delete one of them"
        )
    gone = [each.id for name, each in kept.items() if each.origin == "file" and name not in wanted]
    changed = {kept[name].id: rule for name, rule in wanted.items() if name in kept and kept[name].rule != rule}
    new = [rule for name, rule in wanted.items() if name not in kept]
    for rule_id in gone:
        store.delete(rule_id, now)
    for rule_id, rule in changed.items():
        store.replace(rule_id, rule, now)
    if new:
        store.add_all(new, now, origin="file")
    return Changes(len(new), len(changed), len(gone))
