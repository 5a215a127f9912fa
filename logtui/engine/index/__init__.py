"""files -> indexes of them, which searches read instead."""

from typing import Final

INDEXED_BYTES: Final = 16 * 1024 * 1024
"""Size from which a file is indexed; smaller files are read each time, which takes no longer than opening an index."""
