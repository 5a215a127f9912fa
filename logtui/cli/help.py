"""`logtui help`: the manual, a page per topic."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.output import stdout

_KEYS = "{{keys}}"


def help_command(
    topic: Annotated[
        str, typer.Argument(metavar="[TOPIC]", help="A page of the manual; without it, the list of pages.")
    ] = "index",
) -> None:
    """Show a page of the manual.

    \b
    logtui help
    logtui help query
    """
    pages = resources.files("logtui") / "help"
    page = pages / f"{topic}.md"
    if not topic.isidentifier() or not page.is_file():
        known = sorted(entry.name.removesuffix(".md") for entry in pages.iterdir() if entry.name.endswith(".md"))
        notice(f"no page {topic!r}; there are: {', '.join(known)}")
        raise typer.Exit(ExitCode.USAGE)
    with stdout() as stream:
        stream.write(_whole(page.read_text(encoding="utf-8")).encode())


def _whole(page: str) -> str:
    """Insert the generated list of keys into a page that has a placeholder for it."""
    if _KEYS not in page:
        return page
    from logtui.tui.keys.keymaps import keys_markdown  # Textual is not loaded for the other pages
    from logtui.tui.screens.places import places_markdown

    return page.replace(_KEYS, f"{keys_markdown()}\n{places_markdown()}")
