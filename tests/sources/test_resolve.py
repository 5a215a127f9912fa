"""What a path can be, and one clear line for each that holds nothing."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from logtui.errors import SourceError
from logtui.sources import SAMPLE_BYTES, looks_like_utf16, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = b"2025-07-22 12:34:56 INFO one\n" * 5000

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "two gzip members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "two zstd frames": lambda data: (
        zstandard.ZstdCompressor().compress(data[:1000]) + zstandard.ZstdCompressor().compress(data[1000:])
    ),
}


def read(path: Path, block: int = 100_000) -> bytes:
    (source,) = resolve([str(path)]).sources
    return b"".join(source.blocks(block))


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_compressed_files_are_told_by_content_not_by_name(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(COMPRESSORS[compression](TEXT))
    assert read(path) == TEXT


def test_a_plain_file_with_a_compressed_name_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(TEXT)
    assert read(path) == TEXT


def rescued(path: Path, content: bytes) -> tuple[bytes, str]:
    """What a damaged file gives, and what is said about it."""
    path.write_bytes(content)
    (source,) = resolve([str(path)]).sources
    got = bytearray()
    try:
        for block in source.blocks(1000):
            got += block
    except SourceError as error:
        return bytes(got), error.message
    raise AssertionError("nothing was said")


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", "zstd"])
@pytest.mark.parametrize("size", [300, 200_000])
def test_what_is_behind_the_end_of_an_archive_is_said_after_all_that_it_holds(
    tmp_path: Path, compression: str, size: int
) -> None:
    whole = COMPRESSORS[compression](TEXT[:size])
    assert rescued(tmp_path / "a", whole + b"no archive")[0] == TEXT[:size]
    got, text = rescued(tmp_path / "a", whole + bytes(20) + whole[: len(whole) // 2])
    assert got.startswith(TEXT[:size])
    assert f"damaged after {len(got)} bytes" in text


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_nuls_behind_an_archive_are_padding(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(COMPRESSORS[compression](TEXT) + bytes(10_000) + COMPRESSORS[compression](TEXT) + bytes(3))
    assert read(path) == TEXT * 2


@pytest.mark.parametrize("compression", ["gzip", "xz"])
def test_a_small_archive_that_breaks_off_gives_what_was_written(tmp_path: Path, compression: str) -> None:
    data = os.urandom(3000).hex().encode()
    whole = COMPRESSORS[compression](data)
    got, _ = rescued(tmp_path / "a", whole[: len(whole) // 2])
    assert len(got) > len(data) // 3
    assert data.startswith(got)


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz"])
def test_a_wrong_checksum_takes_nothing_away(tmp_path: Path, compression: str) -> None:
    whole = bytearray(COMPRESSORS[compression](TEXT[:5000]))
    whole[-6] ^= 255
    assert rescued(tmp_path / "a", bytes(whole))[0] == TEXT[:5000]


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", "zstd"])
def test_a_damaged_archive_gives_what_it_holds_and_then_an_error(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "cut.log"
    data = os.urandom(200_000).hex().encode()
    whole = COMPRESSORS[compression](data)
    path.write_bytes(whole[: len(whole) // 2])
    found = resolve([str(path)])
    got = bytearray()
    if found.sources:
        with pytest.raises(SourceError, match="damaged"):
            got.extend(byte for block in found.sources[0].blocks(10_000) for byte in block)
        assert data.startswith(bytes(got))
    else:
        assert found.problems[0].reason == "unreadable"


def test_folders_are_read_recursively_and_globs_expand_and_each_file_comes_once(tmp_path: Path) -> None:
    for name in ("b.log", "a.log", "deep/c.log", ".hidden", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "link.log").symlink_to(tmp_path / "a.log")
    found = resolve([str(tmp_path), str(tmp_path / "*.log"), str(tmp_path / "a.log")])
    assert [Path(source.name).name for source in found.sources] == ["a.log", "b.log", "c.log"]
    assert found.problems == ()


def test_a_name_with_glob_characters_is_a_file_first(tmp_path: Path) -> None:
    (tmp_path / "odd[1].log").write_bytes(TEXT)
    assert len(resolve([str(tmp_path / "odd[1].log")]).sources) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x7fELF" + bytes(100), "binary"),
        (bytes(range(32)) * 100, "binary"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(100)), "binary"),
        (b"PK\x03\x04rest", "binary"),
    ],
    ids=["empty", "program", "control bytes", "empty archive", "picture in an archive", "zip"],
)
def test_a_file_that_holds_no_text_is_a_problem_with_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    found = resolve([str(path)])
    assert [problem.reason for problem in found.problems] == [reason]
    assert str(path) in found.problems[0].text
    assert "\n" not in found.problems[0].text


def test_missing_files_do_not_hinder_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(TEXT)
    found = resolve([str(tmp_path / "none.log"), str(tmp_path / "a.log"), str(tmp_path / "*.nope"), "nul\0byte"])
    assert len(found.sources) == 1
    assert [problem.reason for problem in found.problems] == ["missing", "missing", "unreadable"]


def test_binary_files_are_read_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "core"
    path.write_bytes(b"\x7fELF" + bytes(100))
    assert len(resolve([str(path)], force=True).sources) == 1


def test_text_with_colours_and_utf16_are_no_binaries(tmp_path: Path) -> None:
    for name, content in {
        "ansi": b"\x1b[31mred\x1b[0m\n" * 10,
        "utf16": "\ufeffhello\n".encode("utf-16-le") * 20,
        "bare16": "hello world\n".encode("utf-16-be") * 20,
    }.items():
        (tmp_path / name).write_bytes(content)
    assert len(resolve([str(tmp_path)]).sources) == 3
    assert looks_like_utf16("hello\n".encode("utf-16-le") * 9) == "utf-16-le"
    assert looks_like_utf16(b"hello\n" * 9) is None


@pytest.mark.parametrize("before", [b"", TEXT[:300]], ids=["at the start", "in the middle"])
@pytest.mark.parametrize("size", [20, 3000, SAMPLE_BYTES, 3 * SAMPLE_BYTES + 7])
def test_holes_of_nuls_do_not_make_a_log_binary(tmp_path: Path, before: bytes, size: int) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(before + bytes(size) + TEXT[:300])
    assert resolve([str(path)]).problems == ()
    path.write_bytes(bytes(size) + bytes(range(32)) * 100)
    assert [problem.reason for problem in resolve([str(path)]).problems] == ["binary"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/urandom"])
def test_devices_without_end_are_refused(device: str) -> None:
    with Path(device).open("rb") as file:
        found = [resolve([device]), resolve(["-"], stdin=file.fileno())]
    for resolved in found:
        assert resolved.sources == ()
        assert "device" in resolved.problems[0].text


def test_the_empty_device_is_read_as_nothing() -> None:
    assert read(Path(os.devnull)) == b""


def test_bytes_of_a_name_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/a\xff.log"
    Path(os.fsdecode(path)).write_bytes(TEXT)
    assert resolve([str(tmp_path)]).sources[0].name.endswith("a\ufffd.log")


def test_the_first_block_is_small_and_the_others_as_large_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(TEXT * 4)
    (source,) = resolve([str(path)]).sources
    sizes = [len(block) for block in source.blocks(200_000)]
    assert sizes[0] == SAMPLE_BYTES
    assert max(sizes) == 200_000
    assert source.position() == len(TEXT) * 4


def test_a_file_that_shrinks_while_it_is_read_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(TEXT)
    blocks = resolve([str(path)]).sources[0].blocks(1000)
    next(blocks)
    path.write_bytes(b"")
    assert list(blocks) == []


def test_a_fifo_is_read_as_a_pipe_with_quiet_moments(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    closed = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            pipe.write(b"one\n")
            closed.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    (source,) = resolve([str(path)]).sources
    blocks = source.blocks(100)
    assert [next(blocks), next(blocks)] == [b"one\n", b""]
    closed.set()
    assert list(blocks) == []
    writer.join()


def test_a_fifo_that_is_named_opens_before_anybody_writes_to_it(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    (source,) = resolve([str(path)]).sources
    blocks = source.blocks(100)
    assert next(blocks) == b""
    with path.open("wb", buffering=0) as pipe:
        pipe.write(b"one\n")
    assert list(blocks) == [b"one\n"]


def test_a_fifo_in_a_folder_is_said_and_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "a.log").write_bytes(TEXT)
    found = resolve([str(tmp_path)])
    assert [source.name for source in found.sources] == [str(tmp_path / "a.log")]
    assert [problem.text for problem in found.problems] == [
        f"{tmp_path / 'fifo'}: skipped, it is a pipe; named itself it is read"
    ]
