"""What ClickHouse says of an error becomes one line, and a kind that says whether to try again."""

from __future__ import annotations

import pytest

from logtui.errors import StoreConnectionError, StoreError
from logtui.store.clickhouse.connection import store_error


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("Code: 62. DB::Exception: Syntax error:\n here. (SYNTAX_ERROR) (version 26.9.2.1 (official build))",
         StoreError, "s: Syntax error: here. (SYNTAX_ERROR)"),
        ("Received, code: 252, server response: Code: 252. DB::Exception: Too many parts (version 26.9)",
         StoreConnectionError, "s: Too many parts"),
        ("something else", StoreError, "s: something else"),
        ("Code: 1. DB::Exception: " + "x" * 1000, StoreError, "s: " + "x" * 300 + " ..."),
    ],
)  # fmt: skip
def test_an_error_is_one_line_of_what_was_said(said: str, kind: type[StoreError], expected: str) -> None:
    error = store_error("s", said)
    assert type(error) is kind
    assert str(error) == expected
