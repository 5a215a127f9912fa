"""The only module that writes to stdout: binary, flushed as records come, quiet when the reader goes away."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def stdout() -> Iterator[BinaryIO]:
    """Open standard output for data.

    Yields:
        A binary stream. If its reader goes away (`| head`), the block ends without an error.
    """
    stream = sys.stdout.buffer
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        # Python flushes stdout again at exit; give it a place to do that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
