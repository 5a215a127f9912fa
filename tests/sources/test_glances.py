"""A look through a source sees whole lines from its start to its end, and moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.sources.base import GLANCE_BYTES
from logtui.sources.file import FileSource

if TYPE_CHECKING:
    from pathlib import Path


def test_a_large_file_is_looked_at_in_whole_lines_from_start_to_end(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    path.write_bytes(b"".join(b"line %09d\n" % n for n in range(GLANCE_BYTES // 10)))
    source = FileSource(path)
    lines = b"".join(source.glances()).splitlines()
    numbers = [int(line.removeprefix(b"line ")) for line in lines]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (0, GLANCE_BYTES // 10 - 1)
    assert len(b"\n".join(lines)) <= GLANCE_BYTES
    assert source.position() == 0
