"""Pipes hold no more than they are given memory for."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.errors import MemoryBudgetError
from logtui.query import parse
from logtui.query.pipes.pipeline import Pipeline
from logtui.query.pipes.scope import PipeScope

FRAMES = [pl.DataFrame({"message": [f"{part} {row} {'x' * 100}" for row in range(1000)]}) for part in range(20)]


def run(query: str, scope: PipeScope) -> pl.DataFrame:
    pipeline = Pipeline(parse(query).pipes, scope)
    found = [frame for each in FRAMES if (frame := pipeline.push(each)) is not None]
    return pl.concat([*found, *pipeline.finish()])


@pytest.mark.parametrize(
    "query", ["* | sort message", "* | dedup message", "* | stats count() by message", "* | top message"]
)
def test_what_holds_too_much_is_refused_with_a_way_out(query: str) -> None:
    with pytest.raises(MemoryBudgetError, match="more than 500,000 bytes") as error:
        run(query, PipeScope(memory=500_000))
    assert "head" in (error.value.hint or "")
    assert len(run(query, PipeScope(memory=50_000_000))) > 0


def test_only_the_rows_that_the_answer_takes_are_held() -> None:
    found = run("* | sort message", PipeScope(most=10, memory=500_000))
    assert found["message"].to_list() == sorted(pl.concat(FRAMES)["message"].to_list())[:10]
