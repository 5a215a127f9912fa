"""`stats`: aggregates of all records, or of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.pipes.grouped import Grouped

if TYPE_CHECKING:
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.syntax.pipes.stats import Stats


class StatsStage(Grouped):
    """One table of all groups.

    Args:
        pipe: The pipe.
        scope: The context.
    """

    def __init__(self, pipe: Stats, scope: PipeScope) -> None:
        super().__init__(pipe.aggregates, pipe.by, scope)
