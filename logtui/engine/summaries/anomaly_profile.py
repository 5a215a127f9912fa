"""Makes the anomaly profile of a window's records."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.analysis import PROFILED, Profile
from logtui.model.masks import pattern_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.engine.window.matches import Matches
    from logtui.engine.window.row_window import RowWindow

_USER: Final = "@user"
_CORE: Final = tuple(name for name in PROFILED if name not in ("user", "pattern", "is_cut"))


def profile_of(window: RowWindow, cancelled: Callable[[], bool] = lambda: False) -> Profile:
    """Sum up a window's records.

    Args:
        window: The records.
        cancelled: Called between parts; true ends the work early.

    Returns:
        Their profile.
    """
    now = time.time_ns()
    profiles = [Profile.of(_profiled(matches), now) for matches in window.parts.values() if not cancelled()]
    return Profile.merged([Profile.of(pl.DataFrame(schema=PROFILED), now), *profiles])


def profiled(records: pl.DataFrame) -> pl.DataFrame:
    """Select the columns of a record frame that a profile is made of, and mask its messages."""
    user = pl.col(_USER) if _USER in records.columns else pl.lit(None, pl.String)
    return records.select(*_CORE, user.cast(pl.String).alias("user"), *pattern_columns(pl.col("message")))


def _profiled(matches: Matches) -> pl.DataFrame:
    part = matches.part
    users = [_USER] if _USER in part.columns else []
    frame = part.patterns(matches.rows, [*_CORE, *users])
    return frame.rename({_USER: "user"}) if users else frame.with_columns(user=pl.lit(None, pl.String))
