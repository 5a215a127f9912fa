"""Brings the tables of a database to the version of this logtui."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from logtui.errors import AlertError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ALEMBIC: Final = Lock()
"""Alembic's `context` and `op` are one for the process."""

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
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found = MigrationContext.configure(connection).get_current_revision()
    known = ScriptDirectory.from_config(config)
    if found is not None and found not in {each.revision for each in known.walk_revisions()}:
        raise AlertError(f"{place}: a newer logtui has made these tables (version {found})", hint="upgrade logtui")
    if found != known.get_current_head():
        with _ALEMBIC:
            command.upgrade(config, "head")
