"""Open files: as many as the system allows, and connections leave enough for the store."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIMITED = """
import resource
from logtui.server.open_files import most_connections, raise_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_open_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], most_connections())
"""


@pytest.mark.parametrize(
    ("soft", "hard", "found"),
    [(256, 1_024, (1_024, 256)), (256, 400, (400, 1)), (1_100, 4_096, (4_096, 1_792)), (700, 700, (700, 94))],
)
def test_a_process_takes_what_it_may_have(soft: int, hard: int, found: tuple[int, int]) -> None:
    code = LIMITED.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert tuple(map(int, done.stdout.split())) == found
