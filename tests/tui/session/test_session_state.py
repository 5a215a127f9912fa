"""Session files of earlier versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.tui.session.session_state import Keeper, Kept

if TYPE_CHECKING:
    from pathlib import Path


def test_a_session_file_of_before_mutes_had_an_end_is_read(tmp_path: Path) -> None:
    keeper = Keeper(["app.log"], tmp_path)
    keeper.save(Kept())
    (file,) = tmp_path.iterdir()
    file.write_text('{"filter": "x", "muted": ["calm"], "acknowledged": {"calm": 5}, "version": 1}', "utf-8")
    assert keeper.load() == Kept(filter="x", muted=("calm",), acknowledged={"calm": 5})
