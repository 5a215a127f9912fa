from __future__ import annotations

import pytest

from logtui.errors import AddressError
from logtui.server.address import Address


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080), True),
        ("localhost:0", ("localhost", 0), True),
        ("[::1]:8080", ("::1", 8080), True),
        ("0.0.0.0:80", ("0.0.0.0", 80), False),
        ("[::]:80", ("::", 80), False),
        ("logs.example:80", ("logs.example", 80), False),
    ],
)
def test_addresses_are_read_and_written(text: str, address: tuple[str, int], *, is_loopback: bool) -> None:
    found = Address.parse(text)
    assert (found, found.is_loopback, str(found)) == (address, is_loopback, text)


@pytest.mark.parametrize("text", ["8080", ":8080", "host:", "host:http", "host:65536", "host:-1", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="expected HOST:PORT"):
        Address.parse(text)
