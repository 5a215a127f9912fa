"""Random records as text and JSON logs bring them, with what makes patterns, heads and times hard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from logtui.model.levels import LEVELS
from logtui.model.record import CORE_SCHEMA

START = datetime(2025, 7, 22, 23, 58, tzinfo=UTC)
_PLAIN = ["timeout", "Timeout", "user", "user17", "id=4", "took", "ms", "deadbeef", "7f-abcd", "a1-beef"]
_WORDS = st.sampled_from([*_PLAIN, "ſet", "KEY", "é5", "uſer17", "\u212a17"])
_SEPARATORS = st.sampled_from([" ", ":", "=", "-", "\n", ", ", "\ue000", ""])
_TEXTS = st.lists(st.tuples(_WORDS, _SEPARATORS), max_size=4).map(
    lambda parts: "".join(word + separator for word, separator in parts)
)
_LONG = st.sampled_from([" " * 250, "x" * 260, ""])
_HEADS = st.sampled_from(["", "2025-07-22 ERROR ", "[api-7] ", "api", "worker 7", "INFO: ", "user-3: ", "1"])


@st.composite
def _records(draw: st.DrawFn) -> dict[str, Any]:
    message = draw(_TEXTS) + draw(_LONG) + draw(_TEXTS)
    kind = draw(st.sampled_from(["head", "json", "other"]))
    time = draw(st.one_of(st.none(), st.integers(0, 3 * 3600 * 1000)))
    return {
        "timestamp": None if time is None else START + timedelta(milliseconds=time),
        "level": draw(st.one_of(st.none(), st.sampled_from(LEVELS))),
        "severity_text": draw(st.sampled_from([None, "error", "ERROR", "odd"])),
        "service": draw(st.sampled_from([None, "api", "API", "worker-7"])),
        "message": message,
        "raw": draw(_HEADS) + message if kind == "head" else f"{{{message}}}",
        "format": "json" if kind == "json" else "service",
        "@code": draw(st.sampled_from([None, "500", "timeout"])),
        "@id": draw(st.sampled_from([None, "abc17", "ABC17x", '["abc17"]', '["\\u0061bc17"]', "017", "1.7e1"])),
    }


ROWS = st.lists(_records(), min_size=1, max_size=40)


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A record frame; order times are the largest times so far."""
    schema = {**CORE_SCHEMA, "@code": pl.String(), "@id": pl.String()}
    filled = [
        {
            **dict.fromkeys(schema),
            "source": "app.log",
            "line": number + 1,
            "offset": number * 10,
            "bytes": 10,
            "seq": number,
            **row,
        }
        for number, row in enumerate(rows)
    ]
    order = pl.col("timestamp").cum_max().forward_fill().fill_null(pl.lit(START)).cast(CORE_SCHEMA["order_time"])
    return pl.DataFrame(filled, schema=schema).with_columns(order_time=order)


def word(number: int) -> str:
    """A word without a digit of its own for each number."""
    return "".join("abcdefghijklmnopqrstuvwxyz"[number // 26**place % 26] for place in range(4))


def rows_of_services(services: int) -> list[dict[str, Any]]:
    """Two records of each service, and a third of the first."""
    rows = [
        {"message": "served", "raw": "{served}", "format": "json", "service": f"service-{word(number)}"}
        for number in range(services)
    ]
    return [*rows, *rows, rows[0]]
