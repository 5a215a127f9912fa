"""Runs frames through the stages of a query's pipes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from itertools import zip_longest
from typing import TYPE_CHECKING

from logtui.query.syntax.pipes.registry import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from logtui.query.pipes.scope import PipeScope
    from logtui.query.pipes.stage import Stage
    from logtui.query.syntax.pipes import Pipe


class Pipeline:
    """The stages of a query; frames go through one after the other.

    Args:
        pipes: The pipes of the query.
        scope: The context; its `most` is how many rows of the last stage are wanted.
    """

    def __init__(self, pipes: Sequence[Pipe], scope: PipeScope) -> None:
        self._stages = [_stage(pipe, after, scope) for pipe, after in zip_longest(pipes, pipes[1:])]

    def wants_more(self) -> bool:
        """Whether another frame can change the answer."""
        return not any(stage.done for stage in self._stages)

    def push(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Send one frame through all stages.

        Args:
            frame: Records.

        Returns:
            The output of the last stage, None if it holds everything back.
        """
        return _through(self._stages, frame)

    def finish(self) -> Iterator[pl.DataFrame]:
        """End the input.

        Yields:
            The rows that the stages have held back.
        """
        for place, stage in enumerate(self._stages):
            held = stage.finish()
            result = None if held is None else _through(self._stages[place + 1 :], held)
            if result is not None:
                yield result


def _through(stages: Sequence[Stage], frame: pl.DataFrame) -> pl.DataFrame | None:
    result: pl.DataFrame | None = frame
    for stage in stages:
        if result is None:
            return None
        result = stage.push(result)
    return result


def makes_table(pipes: Sequence[Pipe]) -> bool:
    """Whether the answer is a table that a pipe makes, and no longer records."""
    return any(pipe.table for pipe in pipes)


def chooses_columns(pipes: Sequence[Pipe]) -> bool:
    """Whether a pipe chooses the columns of the answer."""
    return any(pipe.chooses_columns for pipe in pipes)


def _stage(pipe: Pipe, after: Pipe | None, scope: PipeScope) -> Stage:
    module, _, name = STAGES[type(pipe)].partition(".")
    make = getattr(import_module(f"{__package__}.{module}"), name)
    stage: Stage = make(pipe, replace(scope, most=after.most if after else scope.most))
    return stage
