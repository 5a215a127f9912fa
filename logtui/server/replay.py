"""Dead letters that somebody wants to be tried again: read as they came, and kept in the journal if they are taken now.

Whoever may write to the data folder notes the wish beside the letters; the one process that receives for the folder
does it, since nobody else may append to the journal.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.engine.ingest.accept import Accepted, Rejection, accept
from logtui.engine.ingest.each import accept_each
from logtui.engine.ingest.payloads import unpacked
from logtui.errors import BodyError, line_of_error
from logtui.server.logs import log
from logtui.server.sockets.sorting import Sorted, sort_messages

if TYPE_CHECKING:
    from logtui.engine.ingest.intake import Intake
    from logtui.store.dead_letters import DeadLetter, DeadLetters, KeptLetter

_LOOK_SECONDS: Final = 1.0


async def replay(dead_letters: DeadLetters, intake: Intake) -> None:
    """Try all letters again for which that is wanted; those that are taken are letters no more.

    Args:
        dead_letters: The letters.
        intake: Where their records go.

    Raises:
        StoreError: If the disk refuses, or the journal is full; the wish for the rest stays.
    """
    while letters := await asyncio.to_thread(dead_letters.wanted):
        for kept in letters:
            await _replay(kept, dead_letters, intake)


async def keep_replaying(dead_letters: DeadLetters, intake: Intake) -> None:
    """Replay what is wanted, again and again, until cancelled."""
    while True:
        try:
            await replay(dead_letters, intake)
        except Exception as error:  # Whatever it is, a task that ended would not be missed by anybody.
            log.warning("dead letters wait to be replayed", reason=line_of_error(error))
        await asyncio.sleep(_LOOK_SECONDS)


async def _replay(kept: KeptLetter, dead_letters: DeadLetters, intake: Intake) -> None:
    found = _read(kept.letter)
    batches = list(found.batches(time.time_ns(), kept.letter.peer))
    if found.objects.rejections or not batches:
        reason = found.objects.rejections[0].reason if found.objects.rejections else "it holds no record"
        await asyncio.to_thread(dead_letters.refuse, kept.number, reason)
        return
    for batch in batches:
        # Under a key of the letter, a replay that a crash has cut off stores nothing twice.
        await intake.append_once(replace(batch, tenant=kept.letter.tenant, key=_key_of(kept)))
    await asyncio.to_thread(dead_letters.remove, [kept.number])


def _key_of(kept: KeptLetter) -> str:
    """The key of a letter; that of a frame is its own, since two workers may each have a letter of it."""
    letter = kept.letter
    place = f"at {letter.position}" if letter.protocol == "journal" else kept.number
    return f"dead letter {place} of {letter.arrival}"


def _read(letter: DeadLetter) -> Sorted:
    """The records of a letter, or why it has none, by the rules of the protocol by which it came."""
    if letter.protocol == "journal":
        return _frame(letter.raw)
    if letter.protocol in ("tcp", "udp"):
        return sort_messages([letter.raw])
    if letter.protocol == "http":
        return Sorted(_object(letter.raw, needs_time=True), ())
    return Sorted(accept_each([letter.raw]), ())


def _frame(payload: bytes) -> Sorted:
    """What the payload of a batch holds, whose kind is not known any more: packed texts never begin like an object."""
    if payload.startswith(b"{"):
        return Sorted(_object(payload, needs_time=False), ())
    try:
        return Sorted(Accepted(b"", 0), tuple(unpacked(payload)))
    except msgspec.DecodeError as error:
        return Sorted(_refused(f"expected records of the journal: {error}", payload), ())


def _object(text: bytes, *, needs_time: bool) -> Accepted:
    try:
        return accept(text, needs_time=needs_time)
    except BodyError as error:
        return _refused(error.message, text)


def _refused(reason: str, text: bytes) -> Accepted:
    return Accepted(b"", 0, (Rejection(0, reason, text),))
