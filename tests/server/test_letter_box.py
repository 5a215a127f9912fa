from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from logtui.errors import StoreError
from logtui.server.letter_box import LetterBox
from logtui.store.dead_letters import DeadLetter, DeadLetters

if TYPE_CHECKING:
    from pathlib import Path


def letter(raw: str) -> DeadLetter:
    now = 4_000_000_000 * 10**9
    return DeadLetter(arrival=now, protocol="http", peer="", tenant="", position=0, reason="", raw=raw.encode())


async def test_letters_of_many_senders_are_kept_before_each_hears_of_it(tmp_path: Path) -> None:
    kept = DeadLetters(tmp_path / "letters")
    box = LetterBox(kept)

    async def send(number: int) -> bool:
        await asyncio.sleep(number % 5 / 1_000)
        await box.add([letter(f"{number} a"), letter(f"{number} b")])
        return {f"{number} a".encode(), f"{number} b".encode()} <= {each.letter.raw for each in kept.page(limit=1_000)}

    assert all(await asyncio.gather(*map(send, range(50))))
    assert kept.totals.letters == 100


async def test_each_sender_of_a_group_hears_that_the_disk_refuses(tmp_path: Path) -> None:
    path = tmp_path / "letters"
    box = LetterBox(DeadLetters(path))
    path.unlink()
    path.mkdir()
    answers = await asyncio.gather(*(box.add([letter("x")]) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreError] * 3
    path.rmdir()
    DeadLetters(path)
    await box.add([letter("y")])
    assert DeadLetters(path).totals.letters == 1


async def test_a_sender_that_goes_away_does_not_take_the_letters_of_others(tmp_path: Path) -> None:
    kept = DeadLetters(tmp_path / "letters")
    box = LetterBox(kept)
    gone, stays = (asyncio.create_task(box.add([letter(name)])) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert kept.totals.letters == 2
