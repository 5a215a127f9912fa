"""`logtui help`: the manual, a page per topic."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

import typer

from logtui.cli.deploy import printed
from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.output import stdout
from logtui.cli.presentation import show_slides
from logtui.errors import ConfigError

_KEYS = "{{keys}}"
_CAPACITY = "{{capacity}}"
_RATE = 20_000.0
_DAYS = 7.0


def help_command(
    topic: Annotated[
        str, typer.Argument(metavar="[TOPIC]", help="A page of the manual; without it, the list of pages.")
    ] = "index",
    part: Annotated[
        str, typer.Argument(metavar="[PART]", help="Files of the page deploy, such as vector, or a slide.")
    ] = "",
    rate: Annotated[float, typer.Option(min=1, help="Records a second, for the page capacity.")] = _RATE,
    days: Annotated[float, typer.Option(min=0, help="Days that records are kept, for the page capacity.")] = _DAYS,
) -> None:
    """Show a page of the manual.

    \b
    logtui help
    logtui help query
    logtui help deploy kubernetes
    logtui help capacity --rate 20000 --days 7
    """
    if part and topic not in ("deploy", "presentation"):
        raise ConfigError(f"the page {topic} has no parts", hint="deploy and presentation have")
    if (rate, days) != (_RATE, _DAYS) and topic != "capacity":
        raise ConfigError("--rate and --days are for the page capacity", hint="logtui help capacity --rate N --days N")
    if topic == "presentation":
        show_slides(_page(topic), part)
        return
    with stdout() as stream:
        stream.write((printed(part) if part else _whole(_page(topic), rate, days)).encode())


def _page(topic: str) -> str:
    pages = resources.files("logtui") / "help"
    page = pages / f"{topic}.md"
    if not topic.isidentifier() or not page.is_file():
        known = sorted(entry.name.removesuffix(".md") for entry in pages.iterdir() if entry.name.endswith(".md"))
        notice(f"no page {topic!r}; there are: {', '.join(known)}")
        raise typer.Exit(ExitCode.USAGE)
    return page.read_text(encoding="utf-8")


def _whole(page: str, rate: float, days: float) -> str:
    """Insert what is calculated into a page that has a placeholder for it."""
    if _CAPACITY in page:
        from logtui.cli.capacity import capacity_table  # nor is anything of servers

        return page.replace(_CAPACITY, capacity_table(rate, days))
    if _KEYS not in page:
        return page
    from logtui.tui.keys.keymaps import keys_markdown  # Textual is not loaded for the other pages
    from logtui.tui.screens.places import places_markdown

    return page.replace(_KEYS, f"{keys_markdown()}\n{places_markdown()}")
