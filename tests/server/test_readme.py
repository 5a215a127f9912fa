"""The README's lines about a server work as they are printed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.helpers import PROGRAM
from tests.server.readme_lines import ROOT, check_lines
from tests.server.running import Server

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_of_the_readme_work_one_behind_the_other(tmp_path: Path) -> None:
    with Server(tmp_path / "logs") as server:
        check_lines(server, PROGRAM, {"PYTHONPATH": str(ROOT)})
