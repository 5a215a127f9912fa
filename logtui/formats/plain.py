"""The fallback that never fails: a line is a message."""

from __future__ import annotations

import polars as pl


class Plain:
    """Text that no other format reads."""

    name = "plain"
    headed = False
    samples = ("just some words",)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Take each text as a message."""
        return pl.DataFrame({"read": pl.repeat(True, len(texts), eager=True), "message": texts})
