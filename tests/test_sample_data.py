"""The sample incident: reproducible, small, and one story in all files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "sample_data"
FILES = ("access.log", "kubernetes.log", "messy.log", "orders.jsonl", "service.log", "syslog")


def lines(name: str) -> list[str]:
    return (FOLDER / name).read_text().splitlines()


def orders() -> list[dict[str, object]]:
    return [json.loads(line) for line in lines("orders.jsonl")]


def test_generator_gives_the_committed_bytes(tmp_path: Path) -> None:
    generator = FOLDER / ".generator" / "generate.py"
    subprocess.run([sys.executable, "-B", generator, tmp_path], check=True, timeout=60)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_folder_holds_logs_only() -> None:
    """`logtui open sample_data` reads every file that is not hidden."""
    assert sorted(path.name for path in FOLDER.iterdir() if not path.name.startswith(".")) == sorted(FILES)
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 5_000_000


@pytest.mark.parametrize("name", [name for name in FILES if name != "messy.log"])
def test_times_stay_in_the_two_hours(name: str) -> None:
    stamps = re.compile(r"\d{4}-\d\d-\d\dT\d\d|\d\d/\w{3}/\d{4}:\d\d")
    found = {stamp.group() for line in lines(name) if (stamp := stamps.search(line))}
    assert found == {f"{day}{hour}" for hour in (14, 15) for day in ("2025-10-07T", "07/Oct/2025:")} & found
    assert len(found) == 2


def test_a_failed_checkout_is_told_by_every_file_under_one_trace() -> None:
    failed = next(record for record in orders() if record["message"] == "statement timeout after 30 s")
    trace = str(failed["trace_id"])
    for name in ("access.log", "orders.jsonl"):
        assert any(trace in line for line in lines(name)), name
    unavailable = next(line for line in lines("service.log") if "Checkout aborted" in line)
    trace = unavailable.rpartition("trace_id=")[2]
    user = unavailable.split()[3]
    for name in ("access.log", "orders.jsonl", "kubernetes.log"):
        assert any(trace in line and user in line for line in lines(name)), name


def test_the_deploy_names_the_index_before_anything_is_slow() -> None:
    dropped = next(record for record in orders() if "DROP INDEX" in json.dumps(record))
    slow = [record for record in orders() if record["message"] == "slow query"]
    assert str(dropped["timestamp"]) < str(slow[0]["timestamp"])
    assert len(slow) > 100
    assert str(slow[-1]["timestamp"]) < "2025-10-07T15:47"


def test_the_killed_pod_is_the_one_that_says_that_its_memory_fills() -> None:
    kill = next(line for line in lines("syslog") if "OOMKilled" in line)
    pod = kill.rpartition("shop/")[2].strip('"')
    assert any(pod in line and "Resident memory" in line for line in lines("kubernetes.log"))


def test_messy_file_has_every_kind_of_trouble() -> None:
    content = (FOLDER / "messy.log").read_bytes()
    troubles = [
        b"\x00",
        b"\xff\xfe",
        b"\x1b[31",
        b"\r\n",
        b"\xef\xbb\xbf",
        b"[red]",
        b"Caused by:",
        b"Traceback",
        b"\n\n",
    ]
    assert [trouble for trouble in troubles if trouble not in content] == []
    assert re.search(rb"%\ruploading", content)
    assert max(map(len, content.splitlines())) > 20_000
    assert not content.endswith(b"\n")
