"""Running the program in processes that are forked from one that has imported it: most of a short run is importing."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.connection import Connection

_FORKING: Final = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["logtui.cli.main", "polars", "logtui.engine.search.datasets"])
_SECONDS: Final = 60.0


def run_forked(arguments: Sequence[str], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run `logtui` to its end with pipes for its files, in the present folder and environment.

    Args:
        arguments: The command line without the program's name.
        stdin: What it can read.

    Raises:
        TimeoutExpired: If it has not ended after a minute.
    """
    (given, feed), (out, written), (err, told) = (_FORKING.Pipe(duplex=False) for _ in range(3))
    files = (given, written, told)
    program = _FORKING.Process(target=_be_program, args=(arguments, dict(os.environ), str(Path.cwd()), files))
    program.start()
    for file in files:
        file.close()
    with ThreadPoolExecutor(3) as pool:
        pool.submit(_feed, feed, stdin)
        read = [pool.submit(_all_of, file) for file in (out, err)]
        program.join(_SECONDS)
        if program.is_alive():
            program.kill()
            raise subprocess.TimeoutExpired([*arguments], _SECONDS)
    assert program.exitcode is not None
    return subprocess.CompletedProcess([*arguments], program.exitcode, *(each.result() for each in read))


def _feed(pipe: Connection[Any, Any], text: bytes) -> None:
    with pipe, open(pipe.fileno(), "wb", closefd=False) as file:
        file.write(text)


def _all_of(pipe: Connection[Any, Any]) -> bytes:
    with pipe, open(pipe.fileno(), "rb", closefd=False) as file:
        return file.read()


def _be_program(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, files: Sequence[Connection[Any, Any]]
) -> None:
    """In the new process: be what a shell would have started."""
    from logtui.cli.main import run

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, file in enumerate(files):
        os.dup2(file.fileno(), number)
        file.close()
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115 - until the end
    sys.argv = ["logtui", *arguments]
    run()
