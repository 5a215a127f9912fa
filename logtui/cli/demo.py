"""`logtui demo`: the bundled incident on the screen."""

from __future__ import annotations

from pathlib import Path

import typer

import logtui
from logtui.cli.open import open_screen
from logtui.cli.options import preferences_of


def demo() -> None:
    """Open the bundled sample logs: an incident to practise on.

    \b
    logtui demo
    """
    raise typer.Exit(open_screen([str(sample_data())], "", preferences=preferences_of(None)))


def sample_data() -> Path:
    """The folder of the sample logs: inside the installed package, beside it in a checkout."""
    package = Path(logtui.__file__).parent
    bundled = package / "sample_data"
    return bundled if bundled.is_dir() else package.parent / "sample_data"
