"""A private PostgreSQL of Debian's package, in a temporary folder, reached by a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = ("listen_addresses=", "fsync=off", "shared_buffers=8MB", "max_connections=20")


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running(bin_folder: Path) -> Iterator[str]:
    """Run a server; the URL of an empty database."""
    # The path of a Unix socket has at most 107 bytes, and pytest's folders are long.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        user = _give_away(folder)
        _run(user, bin_folder / "initdb", "-D", folder / "data", "-U", "tests", "--auth=trust", "-E", "UTF8", "-N")
        options = " ".join(f"-c {setting}" for setting in (*_SETTINGS, f"unix_socket_directories={folder}"))
        control = (bin_folder / "pg_ctl", "-D", folder / "data", "-w", "-t", "60")
        _run(user, *control, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://tests@/postgres?host={folder}"
        finally:
            _run(user, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _give_away(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: let the user of the package have the folder."""
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        list(map(str, command)), user=user, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, f"{command[0]} failed"
