"""Every example in the help page is a query."""

from __future__ import annotations

import re
from datetime import UTC
from importlib.resources import files

import pytest

from logtui.query import Pipeline, PipeScope, canonical, compile_filter, parse
from logtui.query.syntax.pipes.registry import PIPES
from tests.query.frames import NOW, record_frame

PAGE = (files("logtui") / "help" / "query.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```query\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


FRAME = record_frame([{"message": "an error a", "level": "error", "timestamp": "2026-11-23T10:15:30+00:00"}])


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_of_the_help_page_parses_and_runs(query: str) -> None:
    parsed = parse(query)
    assert parse(canonical(parsed)) == parsed
    wanted = compile_filter(parsed.filter, FRAME.columns, now=NOW, zone=UTC, newest=NOW)
    found = FRAME.filter(wanted)
    assert found.height in (0, 1)
    pipeline = Pipeline(parsed.pipes, PipeScope())
    frames = [pipeline.push(found), *pipeline.finish()]
    assert any(frame is not None for frame in frames)


@pytest.mark.parametrize("pipe", PIPES)
def test_every_pipe_has_an_example(pipe: str) -> None:
    assert any(f"| {pipe} " in f"{example} " for example in EXAMPLES)


def test_the_help_page_has_examples() -> None:
    assert len(EXAMPLES) > 60
