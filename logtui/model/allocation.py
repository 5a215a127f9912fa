"""How the processes that logtui starts give memory back."""

from __future__ import annotations

from typing import Final

ALLOCATION: Final = {"_RJEM_MALLOC_CONF": "narenas:2,dirty_decay_ms:100,muzzy_decay_ms:0"}
"""Variables of the environment for Polars' allocator: by default it holds up to 150 MB more under load."""
