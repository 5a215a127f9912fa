"""A page of the manual as slides: each begins with a heading of the first level."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from logtui.cli.output import stdout
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLEAR: Final = "\x1b[2J\x1b[H"


def show_slides(page: str, number: str) -> None:
    """Show slides: one by its number; else one after the other, each until Enter, or all at once into a file or pipe.

    Args:
        page: The page.
        number: Which one, from 1 on; empty for all.

    Raises:
        ConfigError: If there is no such slide.
    """
    slides = slides_of(page)
    if number:
        _print(_slide(slides, number))
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _present(slides)
    else:
        _print("\n".join(slides))


def slides_of(page: str) -> list[str]:
    """The slides of a page."""
    return re.split(r"^(?=# )", page, flags=re.MULTILINE)[1:]


def _slide(slides: Sequence[str], number: str) -> str:
    if not number.isdecimal() or not 1 <= int(number) <= len(slides):
        raise ConfigError(f"no slide {number!r}", hint=f"1 to {len(slides)}")
    return slides[int(number) - 1]


def _present(slides: Sequence[str]) -> None:
    for number, slide in enumerate(slides, 1):
        _print(f"{_CLEAR}{slide}\n{number}/{len(slides)}  Enter goes on, q ends ")
        if sys.stdin.readline().strip() == "q" or number == len(slides):
            return


def _print(text: str) -> None:
    with stdout() as stream:
        stream.write(text.encode())
