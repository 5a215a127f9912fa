"""Makes custom formats from the settings, and checks their patterns before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.errors import ConfigError, LogtuiError, PatternError
from logtui.formats.base import PatternFormat
from logtui.formats.custom import own_format

if TYPE_CHECKING:
    from logtui.config import Settings
    from logtui.formats.declaration import Declaration


def own_formats(settings: Settings) -> tuple[Declaration, ...]:
    """Make the custom formats that the settings declare.

    Args:
        settings: The user's settings.

    Returns:
        Their declarations, in the order of the settings.

    Raises:
        ConfigError: If a pattern does not compile or a level is unknown; one line with the key.
    """
    found = []
    for name, each in settings.formats.items():
        try:
            found.append(checked_format(name, each.pattern, each.levels))
        except LogtuiError as error:
            place = f" at character {error.start + 1}" if isinstance(error, PatternError) else ""
            raise ConfigError(f"formats.{name}: {error.message}{place}") from error
    return tuple(found)


def checked_format(name: str, pattern: str, levels: dict[str, str] | None = None) -> Declaration:
    """Make a format of a pattern, and check that Polars' regular expressions also accept it.

    Args:
        name: The format's name.
        pattern: As `own_format` takes it.
        levels: As `own_format` takes them.

    Returns:
        The declaration.

    Raises:
        PatternError: If the pattern does not compile.
    """
    declaration = own_format(name.lower(), pattern, levels)
    try:
        PatternFormat(declaration).read(pl.Series(["", "x"]))
    except pl.exceptions.PolarsError as error:
        reason = str(error).strip().split("\n")[-1].removeprefix("error: ")
        raise PatternError(reason, text=pattern, start=0, end=len(pattern)) from error
    return declaration
