"""An opened folder gains its new files once each, as soon as they hold something."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.live import folder_watcher
from logtui.engine.live.file_feed import feeds_of
from logtui.engine.live.folder_watcher import Watching
from logtui.engine.live.session import Session
from logtui.engine.read.options import ReadOptions
from logtui.sources import resolve
from tests.tui.fakes import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LINE = "2025-07-22T12:00:00Z INFO AuthService user1 login\n"


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_watcher, "_SECONDS", 0.02)


@pytest.fixture
def watched() -> Iterator[Callable[..., tuple[Session, Watching]]]:
    """Opens inputs and watches them; all is closed at the end."""
    opened: list[tuple[Session, Watching]] = []

    def watch(*inputs: Path) -> tuple[Session, Watching]:
        names, options = [str(path) for path in inputs], ReadOptions()
        found = resolve(names, follow=True)
        session = Session(*feeds_of(found, options, None)).start()
        watching = Watching(session, names, found, options, None)
        watching.start()
        opened.append((session, watching))
        return session, watching

    yield watch
    for session, watching in opened:
        watching.close()
        session.close()


def sources(session: Session) -> dict[str, int]:
    """The records of each source."""
    names = pl.concat([part.read()["source"] for part in session.snapshot.parts])
    return dict(names.value_counts().iter_rows())


def test_new_files_of_a_folder_come_once(tmp_path: Path, watched: Callable[..., tuple[Session, Watching]]) -> None:
    session, _ = watched(tmp_path)
    (tmp_path / "a.log").write_text(LINE * 2)
    wait_for(lambda: session.snapshot.rows == 2)
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(LINE.encode() * 3))
    (tmp_path / ".hidden").write_text(LINE)
    wait_for(lambda: session.snapshot.rows == 5)
    (tmp_path / "c.log").write_text(LINE)
    wait_for(lambda: session.snapshot.rows == 6)
    assert sources(session) == {
        str(tmp_path / "a.log"): 2,
        str(tmp_path / "b.log.gz"): 3,
        str(tmp_path / "c.log"): 1,
    }


def test_a_glob_gains_only_what_it_matches(tmp_path: Path, watched: Callable[..., tuple[Session, Watching]]) -> None:
    session, _ = watched(tmp_path / "*.log")
    (tmp_path / "a.txt").write_text(LINE)
    (tmp_path / "b.log").write_text(LINE)
    wait_for(lambda: session.snapshot.rows == 1)
    assert sources(session) == {str(tmp_path / "b.log"): 1}


def test_a_file_that_was_empty_or_binary_comes_when_it_holds_text(
    tmp_path: Path, watched: Callable[..., tuple[Session, Watching]]
) -> None:
    (tmp_path / "empty.log").touch()
    session, _ = watched(tmp_path)
    (tmp_path / "later.log").write_bytes(b"\x7fELF")
    (tmp_path / "empty.log").write_text(LINE)
    wait_for(lambda: session.snapshot.rows == 1)
    (tmp_path / "later.log").write_text(LINE)
    wait_for(lambda: session.snapshot.rows == 2)
    assert sources(session) == {str(tmp_path / "empty.log"): 1, str(tmp_path / "later.log"): 1}


def test_the_rotated_name_of_a_followed_file_does_not_come_again(
    tmp_path: Path, watched: Callable[..., tuple[Session, Watching]]
) -> None:
    log, other = tmp_path / "app.log", tmp_path / "other.log"
    log.write_text(LINE * 3)
    session, _ = watched(tmp_path)
    wait_for(lambda: session.snapshot.rows == 3)
    log.rename(tmp_path / "app.log.1")
    other.write_text(LINE)
    wait_for(lambda: str(other) in sources(session))  # the folder was looked at while only the old name was there
    log.write_text(LINE.replace("login", "logout") * 2)
    wait_for(lambda: sources(session).get(str(log), 0) >= 5)
    (tmp_path / "last.log").write_text(LINE)
    wait_for(lambda: str(tmp_path / "last.log") in sources(session))
    assert sources(session) == {str(log): 5, str(other): 1, str(tmp_path / "last.log"): 1}


def test_nothing_is_added_once_it_is_closed(tmp_path: Path, watched: Callable[..., tuple[Session, Watching]]) -> None:
    session, watching = watched(tmp_path)
    watching.close()
    wait_for(lambda: not watching._thread.is_alive())
    (tmp_path / "late.log").write_text(LINE)
    assert session.snapshot.rows == 0
