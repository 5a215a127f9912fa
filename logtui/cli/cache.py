"""`logtui cache`: the indexes of files."""

from __future__ import annotations

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import Config, cache_of
from logtui.cli.output import stdout
from logtui.export.safe import printable_line

cache = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show and remove the indexes of files.")


@cache.command("list")
def list_command(config: Config = None) -> None:
    """List the indexes: their bytes, when they were last used, and of which file they are.

    \b
    logtui cache list
    """
    from logtui.engine.index.file_index import cached_files

    found = cache_of(config)
    files = cached_files(found)
    with stdout() as stream:
        for each in files:
            used = each.used.strftime("%Y-%m-%d %H:%M")
            stream.write(f"{_size(each.size):>9}  {used}  {printable_line(each.path) or '(unfinished)'}\n".encode())
    notice(f"{len(files)} in {found.root}, {_size(sum(each.size for each in files))} of at most {_size(found.limit)}")


@cache.command("clear")
def clear_command(config: Config = None) -> None:
    """Remove all indexes that nobody uses; they are made again when a file is opened.

    \b
    logtui cache clear
    """
    freed, busy = cache_of(config).clear()
    notice(f"freed {_size(freed)}" + (f"; {busy} in use stay" if busy else ""))
    raise typer.Exit(ExitCode.OK)


def _size(count: int) -> str:
    size, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
