"""The names of the fields that any record has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.model.names import FIELD_PREFIX
from logtui.store.clickhouse.schema import LOGS

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection

_PARTS: Final = f"SELECT name FROM system.parts WHERE database = currentDatabase() AND table = '{LOGS}' AND active"
_NAMES: Final = f"""
SELECT _part AS part, groupUniqArrayArray(mapKeys(fields)) AS names FROM {LOGS}
WHERE has({{parts:Array(String)}}, _part) GROUP BY part
"""


class FieldNames:
    """Finds the names of fields; those of a part are read once, since a part never changes.

    Args:
        connection: The database.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, tuple[str, ...]] = {}

    def columns(self) -> tuple[str, ...]:
        """The columns of all fields, in the order of their names."""
        parts = self._connection.query_arrow(_PARTS)["name"].to_list()
        unknown = [part for part in parts if part not in self._known]
        read = self._connection.query_arrow(_NAMES, {"parts": unknown}).rows() if unknown else []
        found = {part: tuple(names) for part, names in read}
        self._known = {part: self._known.get(part) or found.get(part, ()) for part in parts}
        names = {name for names in self._known.values() for name in names}
        return tuple(FIELD_PREFIX + name for name in sorted(names))
