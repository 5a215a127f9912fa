"""Offers: texts that may follow in a pipe that is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

DURATIONS: Final = ("5m", "15m", "1h", "6h", "1d", "7d")


@dataclass(frozen=True, slots=True)
class Offer:
    """Texts of one kind.

    Attributes:
        kind: What they are; fields are those of the records at hand.
        texts: The texts, for all kinds but fields.
        ending: What stands behind the name of a field.
    """

    kind: Literal["field", "operator", "function", "time"]
    texts: tuple[str, ...] = ()
    ending: str = ""


FIELD_NAMES: Final = Offer("field")
INTERVALS: Final = Offer("time", DURATIONS)
