"""A pipe is read as its bytes come, and a quiet moment is said once."""

from __future__ import annotations

import os

from logtui.sources.stream import StreamSource


def test_bytes_come_as_they_are_written_and_a_quiet_moment_once() -> None:
    ours, theirs = os.pipe()
    source = StreamSource("stdin", ours)
    try:
        blocks = source.blocks(4)
        os.write(theirs, b"one\ntwo")
        assert [next(blocks), next(blocks), next(blocks)] == [b"one\n", b"two", b""]
        assert source.position() == 7
        os.write(theirs, b"!")
        assert next(blocks) == b"!"
        os.close(theirs)
        assert list(blocks) == []
    finally:
        os.close(ours)


def test_a_closed_pipe_ends_without_its_writer() -> None:
    ours, theirs = os.pipe()
    source = StreamSource("stdin", ours)
    try:
        blocks = source.blocks(4)
        assert next(blocks) == b""
        source.close()
        assert list(blocks) == []
        assert (list(source.glances()), source.size, source.modified) == ([], None, None)
    finally:
        os.close(ours)
        os.close(theirs)
