"""The column reader of the first lines of journal export entries."""

from __future__ import annotations

import polars as pl

from logtui.formats.journal_export import NAME, OPENING, SAMPLES


class JournalExport:
    """Entries whose fields stand on the lines below the first one."""

    name = NAME
    headed = True
    samples = SAMPLES
    patterns = (f"^{OPENING}",)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of first lines."""
        read = texts.str.starts_with(OPENING).fill_null(value=False)
        return pl.DataFrame({"read": read, "message": texts.set(~read, None)})
