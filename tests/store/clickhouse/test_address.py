"""Addresses of stores say where they are, and never a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from logtui.errors import AddressError, LogtuiError
from logtui.store.clickhouse import address
from logtui.store.clickhouse.address import FolderAddress, ServerAddress, opened, parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clickhouse://db", ServerAddress("db", 8123, "default", "default", "")),
        ("clickhouse://db:9/logs", ServerAddress("db", 9, "logs", "default", "")),
        ("clickhouse://me:a%40b%2F@db/logs", ServerAddress("db", 8123, "logs", "me", "a@b/")),
        ("clickhouses://[::1]/logs", ServerAddress("::1", 8443, "logs", "default", "", is_secure=True)),
        ("chdb:///var/lib/my%20logs", FolderAddress(Path("/var/lib/my logs"))),
    ],
)
def test_an_address_says_where_the_store_is(text: str, expected: ServerAddress | FolderAddress) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    "text",
    ["clickhouse://", "clickhouse://u:secret@db:port/x", "postgres://u:secret@db/x", "clickhouse://u:secret@db/x/y",
     "clickhouse://u:secret@db/x?secure=1", "chdb://folder", "chdb://", "chdb:///", "logs"],
)  # fmt: skip
def test_another_text_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(AddressError, match="expected clickhouse://") as refused:
        parsed(text)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_address_shows_no_password() -> None:
    found = parsed("clickhouses://me:secret@[::1]:1/logs")
    assert str(found) == "clickhouses://[::1]:1/logs"
    assert "secret" not in repr(found)


def test_a_library_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_address: object) -> None:
        raise ModuleNotFoundError("No module named 'chdb'", name="chdb")

    monkeypatch.setattr(address, "_connection", absent)
    with pytest.raises(LogtuiError, match=r"chdb is not installed \(pip install 'logtui\[chdb\]'\)"):
        opened("chdb:///somewhere")
