"""logfmt: `key=value key="quoted value"` pairs and nothing else (as Heroku and Go's loggers write it)."""

from __future__ import annotations

import polars as pl

from logtui.formats.base import nothing_read, spread
from logtui.formats.json_lines import Decoded, named
from logtui.formats.key_values import pairs_of
from logtui.formats.pairs import LOGFMT_CORE_KEY, LOGFMT_LINE
from logtui.formats.patterns import matches


class Logfmt:
    """Lines of pairs with at least a time, a level or a message among them."""

    name = "logfmt"
    headed = False
    samples = (
        'time=2025-07-22T12:34:56Z level=info msg="request served" method=GET path=/api/orders duration_ms=42',
        "ts=1753187696.123 lvl=warn caller=store.go:71 msg=slow",
    )

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a line of pairs."""
        rows = (matches(texts, LOGFMT_CORE_KEY) & matches(texts, LOGFMT_LINE)).fill_null(value=False).arg_true()
        if not len(rows):
            return nothing_read(len(texts))
        fields = pairs_of(texts.gather(rows))
        read = pl.repeat(False, len(texts), eager=True).scatter(rows, True)
        return named(Decoded(read, spread(fields, rows, len(texts))))
