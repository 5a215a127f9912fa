"""`logtui dlq` on the folder of a server, while it runs and when none does."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.payloads import packed
from logtui.server.replay import replay
from logtui.store.dead_letters import DeadLetter, DeadLetters
from tests.cli.helpers import logtui
from tests.server.running import Server, record, stored, wait_for

if TYPE_CHECKING:
    from pathlib import Path

SOUND = b'{"timestamp": "2026-01-15T10:00:00Z", "message": "mended"}'
BROKEN = b'{"message": "no time"}'


def letter(raw: bytes = SOUND, protocol: str = "http", tenant: str = "") -> DeadLetter:
    return DeadLetter(
        arrival=time.time_ns(), protocol=protocol, peer="10.0.0.7", tenant=tenant, position=0, reason="old", raw=raw
    )


def letters_in(folder: Path, *letters: DeadLetter) -> DeadLetters:
    folder.mkdir(exist_ok=True)
    dead = DeadLetters(DataFolder(folder).dead_letters)
    dead.add(letters)
    return dead


def test_a_running_server_replays_what_is_taken_and_keeps_the_rest_with_the_new_reason(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        assert server.post([record(1), {"message": "no time"}]).json["rejected"] == 1
        letters_in(server.folder, letter(tenant="acme"))
        done = logtui("dlq", "replay", "--data", server.folder, "--all")
        assert (done.returncode, done.stdout) == (1, b"1 taken, 1 refused\n")
        assert b"1: " in done.stderr
        listed = logtui("dlq", "list", "--data", server.folder).stdout.decode().splitlines()
        assert [line.split("\t")[0] for line in listed] == ["1"]
        wait_for(lambda: "mended" in stored(server.folder))
        assert server.stop() == 0
    assert stored(server.folder) == ["record 1", "mended"]
    assert stored(server.folder, "source") == ["127.0.0.1", "10.0.0.7"]


def test_without_a_server_letters_are_replayed_into_the_journal(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    letters_in(folder, letter(), letter(b"plain line", "tcp"), letter(BROKEN, "elastic"))
    done = logtui("dlq", "replay", "--data", folder, "1", "2", "3")
    assert (done.returncode, done.stdout) == (0, b"3 taken, 0 refused\n")
    assert b"no server runs on the folder" in done.stderr
    with Server(folder) as server:
        assert server.stop() == 0
    assert sorted(stored(folder)) == ["mended", "no time", "plain line"]


@pytest.mark.parametrize(
    ("raw", "protocol", "count"),
    [
        (SOUND, "http", 1),
        (BROKEN, "http", None),
        (b"[{", "http", None),
        (BROKEN, "udp", 1),
        (b'{"broken', "tcp", None),
        (b"a line", "tcp", 1),
        (BROKEN, "loki", 1),
        (b"a line", "otlp", None),
        (SOUND + b"\n" + SOUND, "journal", 2),
        (packed([b"a", b"b", b"c"]), "journal", 3),
        (b"\xff", "journal", None),
    ],
)
async def test_a_letter_is_read_as_its_protocol_has_it(
    raw: bytes, protocol: str, count: int | None, tmp_path: Path
) -> None:
    dead = letters_in(tmp_path, letter(raw, protocol))
    intake = FolderIntake(DataFolder(tmp_path))
    dead.want([1])
    await replay(dead, intake)
    kept = dead.find(1)
    assert dead.wanted() == []
    assert intake.journal.last == (count or 0)
    assert (kept is None) == (count is not None)
    assert kept is None or kept.letter.reason != "old"
    intake.close()


async def test_a_replay_that_was_cut_off_stores_nothing_twice(tmp_path: Path) -> None:
    dead = letters_in(tmp_path, letter())
    intake = FolderIntake(DataFolder(tmp_path))

    class CutOff(DeadLetters):
        def remove(self, _: object) -> int:
            raise asyncio.CancelledError

    dead.want([1])
    with pytest.raises(asyncio.CancelledError):
        await replay(CutOff(DataFolder(tmp_path).dead_letters), intake)
    assert intake.journal.last == 1
    await replay(dead, intake)
    assert (intake.journal.last, dead.last) == (1, 0)
    intake.close()


def test_letters_are_shown_and_dropped(tmp_path: Path) -> None:
    letters_in(tmp_path, letter(b"a\xff"), letter(b"b"))
    shown = logtui("dlq", "show", "--data", tmp_path, "1")
    assert shown.stdout == b"a\xff\n"
    assert b"old" in shown.stderr
    assert logtui("dlq", "drop", "--data", tmp_path, "1").stdout == b"1 dropped\n"
    assert logtui("dlq", "drop", "--data", tmp_path, "--all").stdout == b"1 dropped\n"
    assert logtui("dlq", "list", "--data", tmp_path).stdout == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "9"], b"no dead letter has the number 9"),
        (["drop", "9"], b"no dead letter has the number 9"),
        (["drop"], b"expected numbers of records or --all"),
        (["replay", "1", "--all"], b"expected numbers of records or --all"),
    ],
)
def test_wrong_uses_are_explained(arguments: list[str], message: bytes, tmp_path: Path) -> None:
    letters_in(tmp_path, letter())
    done = logtui("dlq", *arguments, "--data", tmp_path)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_folder_that_is_no_data_folder_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    done = logtui("dlq", "list", "--data", tmp_path)
    assert done.returncode == 2
    assert b"is no data folder" in done.stderr
    assert list(tmp_path.iterdir()) == []
