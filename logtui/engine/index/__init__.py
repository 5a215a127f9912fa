"""files -> indexes of them, which searches read instead."""

from typing import Final

INDEXED_BYTES: Final = 16 * 1024 * 1024
"""Smaller files are read anew each time: that takes no longer than to open an index."""
