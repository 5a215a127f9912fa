"""A private PostgreSQL of Debian's package, in a temporary folder, that can be killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final, Self

import pytest
from sqlalchemy import create_engine, text

_SETTINGS: Final = ("listen_addresses=", "fsync=off", "shared_buffers=8MB", "max_connections=60")


class PostgresServer:
    """A PostgreSQL that is reached by a Unix socket.

    Attributes:
        url: The URL of an empty database.
    """

    def __init__(self) -> None:
        programs = _programs()
        if programs is None:
            pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
        # The path of a Unix socket has at most 107 bytes, and pytest's folders are long.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user = _give_away(self._folder)
        self._control = (programs / "pg_ctl", "-D", self._folder / "data", "-w", "-t", "60")
        self.url: Final = f"postgresql://tests@/postgres?host={self._folder}"
        self._run(programs / "initdb", "-D", self._folder / "data", "-U", "tests", "--auth=trust", "-E", "UTF8", "-N")
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_running:
            self.kill()
        shutil.rmtree(self._folder)

    @property
    def is_running(self) -> bool:
        """Whether it was started and not killed."""
        return (self._folder / "data" / "postmaster.pid").exists()

    def start(self) -> None:
        """Start it, and wait until it has read its log."""
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={self._folder}"))
        self._run(*self._control, "-l", self._folder / "log", "-o", options, "start")

    def kill(self) -> None:
        """End it as a crash does: what was under way is lost, and the next start recovers from its log."""
        self._run(*self._control, "-m", "immediate", "stop")

    def empty(self) -> None:
        """Drop all tables of the database."""
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            list(map(str, command)),
            user=self._user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{command[0]} failed"


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _give_away(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: let the user of the package have the folder."""
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name
