"""Brings the tables of a database to the version of this logtui."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from logtui.errors import AlertError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OPERATIONS: Final = Lock()
"""Alembic's `op`, which the versions use, is one for the process."""

_ADVISORY: Final = 0x6C6F_6774
"""The number of the lock in PostgreSQL, which other programs on the database have no reason to take."""


def upgrade(connection: Connection, place: str) -> None:
    """Run the migrations that a database lacks.

    Args:
        connection: In a transaction, which on SQLite is the only one that writes. On PostgreSQL a lock of its own keeps
            other processes waiting that open the same database.
        place: The database, for the error.

    Raises:
        AlertError: If a newer logtui has made the tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY})"))
    versions = ScriptDirectory(str(Path(__file__).parent))
    context = MigrationContext.configure(connection)
    found = context.get_current_revision()
    if found is not None and found not in {each.revision for each in versions.walk_revisions()}:
        raise AlertError(f"{place}: a newer logtui has made these tables (version {found})", hint="upgrade logtui")
    if found != versions.get_current_head():
        _run(context, versions, found or "base")


def _run(context: MigrationContext, versions: ScriptDirectory, found: str) -> None:
    """Run the versions behind the one that was found, the oldest first."""
    with _OPERATIONS, Operations.context(context):
        for version in reversed(list(versions.iterate_revisions("head", found))):
            version.module.upgrade()
    context.stamp(versions, "head")
