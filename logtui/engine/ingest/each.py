"""Decides on objects of which each came by itself, such as lines and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.ingest.accept import Accepted, Rejection, accept
from logtui.engine.ingest.bodies import BLANKS
from logtui.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Sequence


def accept_each(objects: Sequence[bytes]) -> Accepted:
    """Decide which objects are taken; what one of them lacks never swallows the next.

    Args:
        objects: What should be one JSON object each; at least one.

    Returns:
        Those that are taken, and the others with their places in `objects`. A time is not needed.
    """
    if not all(each.startswith(b"{") for each in objects):
        return _one_by_one(objects)
    body = b"\n".join(objects)
    if body.count(b"\n") >= len(objects):
        # JSON strings hold no bare line ends, so those within an object are only its layout.
        body = b"\n".join(each.replace(b"\n", b" ") for each in objects)
    try:
        found = accept(body, needs_time=False)
    except BodyError:
        return _one_by_one(objects)
    return found if found.count + len(found.rejections) == len(objects) else _one_by_one(objects)


def _one_by_one(objects: Sequence[bytes]) -> Accepted:
    found = [_accept_one(position, each) for position, each in enumerate(objects)]
    payload = b"\n".join(each.payload for each in found if each.count)
    rejections = tuple(rejection for each in found for rejection in each.rejections)
    return Accepted(payload, sum(each.count for each in found), rejections)


def _accept_one(position: int, text: bytes) -> Accepted:
    if not text.lstrip(BLANKS).startswith(b"{"):
        reason = f"expected a JSON object, got {text[:40].decode('utf-8', 'replace')!r}"
        return Accepted(b"", 0, (Rejection(position, reason, text),))
    try:
        found = accept(text, needs_time=False)
    except BodyError as error:
        return Accepted(b"", 0, (Rejection(position, str(error), text),))
    rejections = tuple(each._replace(position=position) for each in found.rejections)
    return Accepted(found.payload, found.count, rejections)
