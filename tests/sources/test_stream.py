"""A pipe is read as its bytes come, and a quiet moment is said once."""

from __future__ import annotations

import gzip
import os
import threading
import time

import pytest

from logtui.errors import SourceError
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


def test_a_compressed_pipe_is_refused_with_the_command_that_decompresses_it() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, gzip.compress(b"one\n"))
    os.close(theirs)
    with pytest.raises(SourceError, match="it is compressed by gzip; decompress it first: gzip -dc"):
        next(StreamSource("stdin", ours).blocks(4096))
    os.close(ours)


def test_a_trickle_comes_in_few_blocks_and_its_end_is_not_waited_for() -> None:
    ours, theirs = os.pipe()

    def write() -> None:
        for _ in range(20):
            time.sleep(0.1)
            os.write(theirs, b"line\n")
        os.close(theirs)

    writer = threading.Thread(target=write)
    try:
        writer.start()
        blocks = [block for block in StreamSource("stdin", ours).blocks(4_096) if block]
        writer.join()
    finally:
        os.close(ours)
    assert b"".join(blocks) == b"line\n" * 20
    assert len(blocks) <= 8
