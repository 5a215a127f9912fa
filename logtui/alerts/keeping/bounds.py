"""How much is kept of what grows with every alert."""

from __future__ import annotations

from typing import Final

HISTORY: Final = 100_000
"""Entries of the history of all rules; beyond, the oldest go. An entry takes about 300 bytes."""

SETTLED: Final = 10_000
"""Postings that were delivered or have failed for good, for their keys and for people who look for them."""

RECEIPTS: Final = 100_000
"""How receivers name what they were sent; beyond, the oldest go."""
