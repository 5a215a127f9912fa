"""Short names of things that may be long: groups, targets and values are found by them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.notify.base import digest

if TYPE_CHECKING:
    from logtui.alerts.keeping.base import Posting


def key_of(thing: object) -> str:
    """The name of a group, a target or a text: 32 hexadecimal digits, the same in every process.

    PostgreSQL refuses to index long texts, and texts with NUL, which log records may have.
    """
    return digest(msgspec.json.encode(thing).decode())


def lane_of(posting: Posting) -> str:
    """The name of the postings that are delivered one after the other: those of an episode to a target."""
    return key_of((posting.message.episode, posting.target))


def new_id() -> str:
    """An id that no rule has."""
    return f"alert-{secrets.token_hex(6)}"
