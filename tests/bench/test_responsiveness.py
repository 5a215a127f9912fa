"""How soon a key shows while a large file is being indexed."""

from __future__ import annotations

import random
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.bench.datasets import service_lines
from tests.tui.terminal.helpers import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.bench

_BYTES = 350_000_000
_KEYS = 100
_LIMIT = 0.1


def _cursor(shown: Terminal) -> list[int]:
    """The lines of the screen that are marked as the cursor's."""
    return [y for y in range(shown.display.lines) if shown.display.buffer[y][0].data == "▌"]


def _has_moved(shown: Terminal, before: list[int]) -> bool:
    return bool(_cursor(shown)) and _cursor(shown) != before


def test_keys_show_within_a_tenth_of_a_second_while_350_megabytes_are_indexed(tmp_path: Path) -> None:
    log = tmp_path / "large.log"
    _write(log)
    seconds = []
    with terminal(tmp_path, "open", log, columns=120, lines=40) as shown:
        shown.until("row 1 ")
        for number in range(_KEYS):
            before = _cursor(shown)
            assert "reading" in shown.status, "all keys are pressed while it is busy"
            began = time.perf_counter()
            shown.press("k" if number // 20 % 2 else "j")
            shown.until(partial(_has_moved, shown, before))
            seconds.append(time.perf_counter() - began)
            shown.listen(0.02)
    median, late = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(f"\nkey to paint while indexing: median {median * 1e3:.0f} ms, 95th percentile {late * 1e3:.0f} ms")
    assert late < _LIMIT


def _write(path: Path) -> None:

    lines = service_lines(random.Random(7))
    block = "".join(next(lines) for _ in range(100_000)).encode()
    with path.open("wb") as file:
        for _ in range(_BYTES // len(block) + 1):
            file.write(block)
