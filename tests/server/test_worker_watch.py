from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from logtui.engine.ingest.statistics import WorkerStatistics
from logtui.server.worker_watch import WorkerWatch
from tests.server.running import Server, record, wait_for

if TYPE_CHECKING:
    from pathlib import Path

QUIET = WorkerStatistics(
    written=0.0,
    segments=7,
    unmerged=2,
    rows=1_000,
    position=990,
    lag_records=10,
    lag_seconds=0.5,
    merging_seconds=3.0,
    problems={},
)


def watch_of(folder: Path, **changed: float | dict[str, str]) -> WorkerWatch:
    path = folder / "statistics"
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(QUIET, **{"written": time.time(), **changed})))
    return WorkerWatch(path)


def samples(watch: WorkerWatch) -> dict[str, float]:
    found = [sample for metric in watch.collect() for sample in metric.samples]
    return {" ".join((sample.name, *sample.labels.values())): sample.value for sample in found}


def test_a_worker_without_problems_gives_no_reason(tmp_path: Path) -> None:
    assert watch_of(tmp_path).reasons == []


def test_problems_of_the_worker_are_reasons(tmp_path: Path) -> None:
    watch = watch_of(tmp_path, problems={"writing": "the disk is full", "merging": "a segment is damaged"})
    assert watch.reasons == ["merging: a segment is damaged", "writing: the disk is full"]
    assert samples(watch)["worker_problem writing"] == 1


def test_a_missing_or_old_file_means_that_no_worker_runs(tmp_path: Path) -> None:
    for watch in (WorkerWatch(tmp_path / "missing"), watch_of(tmp_path, written=time.time() - 11)):
        (reason,) = watch.reasons
        assert reason.startswith("the worker is not running")
        assert samples(watch) == {"worker_up": 0}


def test_all_statistics_are_metrics(tmp_path: Path) -> None:
    assert samples(watch_of(tmp_path)) == {
        "worker_up": 1,
        "store_segments": 7,
        "store_unmerged_segments": 2,
        "store_records": 1_000,
        "journal_position": 990,
        "journal_lag_records": 10,
        "journal_lag_seconds": 0.5,
        "merging_seconds_total": 3,
    }


def test_several_workers_are_known_by_what_they_publish(tmp_path: Path) -> None:
    said = [
        msgspec.json.encode(
            msgspec.structs.replace(QUIET, written=time.time() - age, position=position, problems=problems)
        )
        for age, position, problems in [(0, 980, {"writing": "b"}), (1, 990, {"writing": "a"}), (60, 1_000, {"x": "y"})]
    ]
    watch = WorkerWatch(tmp_path / "missing", lambda: said)
    assert watch.reasons == ["writing: a", "writing: b"]
    assert (samples(watch)["journal_position"], samples(watch)["worker_problem writing"]) == (990, 1)


def test_a_server_is_ready_at_once_and_counts_what_its_worker_has_stored(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        assert server.request("GET", "/ready").status == 200
        assert server.post([record(1), record(2)]).status == 202
        wait_for(lambda: b"\nstore_records 2.0\n" in server.request("GET", "/metrics").body)
        assert b"\njournal_lag_records 0.0\n" in server.request("GET", "/metrics").body


def test_a_front_without_a_worker_is_not_ready(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--role", "front") as server:
        answer = server.request("GET", "/ready")
        assert answer.status == 503
        assert answer.json["reasons"][0].startswith("the worker is not running")
        assert server.post([record()]).status == 202
