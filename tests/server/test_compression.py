from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import cramjam
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.compression import unpacked
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 10_000


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def snappy(body: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(body))


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("zstd", zstandard.compress),
    ("snappy", snappy),
]


@given(body=st.binary(max_size=LIMIT), packer=st.sampled_from(PACKERS))
def test_what_was_packed_is_unpacked(body: bytes, packer: tuple[str, Callable[[bytes], bytes]]) -> None:
    name, pack = packer
    assert unpacked(pack(body), name, LIMIT) == body
    assert unpacked(gzip.compress(pack(body)), f"{name.upper()},gzip", LIMIT) == body


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_not_a_byte_more_than_the_limit_is_unpacked(name: str, pack: Callable[[bytes], bytes]) -> None:
    assert len(unpacked(pack(bytes(LIMIT)), name, LIMIT)) == LIMIT
    with pytest.raises(ProblemError, match=r"larger than 10,000 bytes") as refused:
        unpacked(pack(bytes(LIMIT + 1)), name, LIMIT)
    assert refused.value.status == 413


def test_parts_of_gzip_and_zstd_that_follow_each_other_are_one_body() -> None:
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", LIMIT) == b"ab"
    assert unpacked(zstandard.compress(b"a") + zstandard.compress(b"b"), "zstd", LIMIT) == b"ab"


@pytest.mark.parametrize(("name", "pack"), PACKERS)
def test_a_body_that_ends_early_is_refused(name: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ProblemError, match=rf"the body is not {name}") as refused:
        unpacked(pack(bytes(range(256)) * 4)[:-9], name, LIMIT)
    assert refused.value.status == 400
