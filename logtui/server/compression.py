"""Compressed bodies -> their bytes, never more than a limit: a few kilobytes can unpack to gigabytes."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import cramjam
import zstandard

from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_LARGEST_WINDOW: Final = 1 << 27
"""What `zstd` itself takes without being asked for more."""


def unpacked(body: bytes, encodings: str, limit: int) -> bytes:
    """Unpack a body.

    Args:
        body: The body as sent.
        encodings: Its `Content-Encoding`: names in the order in which they were applied, with commas between them.
        limit: The largest size of the body, in bytes, at every step.

    Raises:
        ProblemError: 413 if it is larger, 415 if an encoding is unknown, 400 if the body is not of that encoding.
    """
    for name in reversed([each.strip().lower() for each in encodings.split(",") if each.strip()]):
        unpack = _ENCODINGS.get(name)
        if unpack is None:
            known = ", ".join(sorted(_ENCODINGS))
            detail = f"unknown Content-Encoding {name!r}; known are {known}"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, reason="encoding")
        body = _checked(unpack, body, name, limit)
    return body


def too_large(limit: int) -> ProblemError:
    """The answer to a body beyond a limit, in bytes."""
    detail = f"the body is larger than {limit:,} bytes (unpacked), the limit of this server (--max-body-bytes)"
    members: dict[str, str | int] = {"limit": limit, "setting": "--max-body-bytes"}
    return ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, reason="body size", members=members)


def _checked(unpack: Callable[[bytes, int], bytes], body: bytes, name: str, limit: int) -> bytes:
    try:
        found = unpack(body, limit)
    except (zlib.error, zstandard.ZstdError, cramjam.DecompressionError, EOFError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the body is not {name}: {error}", reason="encoding") from error
    if len(found) > limit:
        raise too_large(limit)
    return found


def _check_end(is_end: bool) -> None:  # noqa: FBT001
    if not is_end:
        raise EOFError("it ends early")


def _identity(body: bytes, _: int) -> bytes:
    return body


def _inflated(body: bytes, limit: int) -> bytes:
    """Gzip of any number of members, or zlib."""
    found = b""
    while body and len(found) <= limit:
        stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        found += stream.decompress(body, limit + 1 - len(found))
        _check_end(stream.eof or len(found) > limit)
        body = stream.unused_data
    return found


def _deflated(body: bytes, limit: int) -> bytes:
    """zlib, as the standard has it, or bare deflate, as some clients send it."""
    try:
        return _inflated(body, limit)
    except zlib.error:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        found = stream.decompress(body, limit + 1)
        _check_end(stream.eof or len(found) > limit)
        return found


def _from_zstd(body: bytes, limit: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    with decompressor.stream_reader(body, read_across_frames=True) as stream:
        found = stream.read(limit + 1)
    # The reader takes a frame that breaks off for one that ends; the other interface tells, but has no limit.
    while body and len(found) <= limit:
        frame = decompressor.decompressobj()
        frame.decompress(body)
        _check_end(frame.eof)
        body = frame.unused_data
    return found


def _from_snappy(body: bytes, limit: int) -> bytes:
    """The raw form, which shippers send; it states its size."""
    if cramjam.snappy.decompress_raw_len(body) > limit:
        raise too_large(limit)
    return bytes(cramjam.snappy.decompress_raw(body))


_ENCODINGS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "identity": _identity,
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _deflated,
    "zstd": _from_zstd,
    "snappy": _from_snappy,
}
