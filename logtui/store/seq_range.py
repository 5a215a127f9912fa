"""Consecutive numbers of records."""

from __future__ import annotations

from typing import NamedTuple


class SeqRange(NamedTuple):
    """Consecutive records of a journal, some of which may be lost or dead letters.

    Attributes:
        first_seq: Number of the first record.
        last_seq: Number of the last record.
    """

    first_seq: int
    last_seq: int
