"""What the front counts is told to those who show it, also where it asks for a key or speaks TLS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from logtui.server.front_counts import FrontCounts
from tests.server.running import Server, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

CERTIFICATES = Path(__file__).parent / "certificates"
TLS = ["--tls-cert", str(CERTIFICATES / "certificate.pem"), "--tls-key", str(CERTIFICATES / "key.pem")]
NONE = (("drops", 0), ("refused", 0), ("lost", 0))


@pytest.mark.parametrize(
    "options", [[], ["--require-key"], ["--http", "0.0.0.0:0"], TLS], ids=["open", "key", "any address", "TLS"]
)
def test_losses_are_counted(tmp_path: Path, options: Sequence[str]) -> None:
    with Server(tmp_path / "data", *options) as server:
        address = server.line_with("http")["http"]
        counts = FrontCounts(address, server.folder / "first-key", is_encrypted=options == TLS)
        assert counts() == NONE


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        counts = FrontCounts(f"127.0.0.1:{server.port}", server.folder / "first-key", is_encrypted=False)
        assert counts() == NONE
    wait_for(lambda: counts() == (*NONE, ("server silent", 1)))
