"""What all protocols over HTTP do with the records of a request: dead letters, journal, counts."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, NamedTuple

from logtui.engine.ingest.payloads import Kind
from logtui.server.auth.gate import caller_of
from logtui.store.dead_letters import DeadLetter
from logtui.store.journal import Batch

if TYPE_CHECKING:
    from starlette.requests import Request

    from logtui.engine.ingest.accept import Accepted
    from logtui.server.front import Front


class Received(NamedTuple):
    """What became of the records of a request.

    Attributes:
        ingested: Records that are in the journal now.
        duplicates: Records that were in it already, by the request's idempotency key.
    """

    ingested: int
    duplicates: int


def front_of(request: Request) -> Front:
    """What the routes share."""
    front: Front = request.app.state.front
    return front


async def receive(request: Request, accepted: Accepted, protocol: str, key: str = "") -> Received:
    """Keep the records of a request; they are durable when this returns.

    Args:
        request: The request; its caller may ingest.
        accepted: Its records.
        protocol: How they came, for the dead letters.
        key: The name of their batch, if the request has no idempotency key; empty if it has none either.

    Raises:
        ProblemError: 403 if the caller may not send for this tenant.
        KeyReuseError: If other records have come under the request's idempotency key.
        JournalFullError: If the server is behind.
        StoreError: If the disk refuses; nothing is acknowledged then.
    """
    front, caller = front_of(request), caller_of(request)
    tenant = caller.tenant(request.headers)
    batch = Batch(
        kind=Kind.JSON,
        count=max(accepted.count, 1),
        arrival=time.time_ns(),
        payload=accepted.payload,
        peer=request.client.host if request.client else "",
        tenant=tenant,
        key=_key(request.headers.get("idempotency-key") or key, caller.name, tenant),
    )
    front.disk.check()
    if accepted.rejections:
        # Before the journal: once a retry is known as a duplicate, nobody would keep them any more.
        await front.letter_box.add(_letters(accepted, batch, protocol))
    is_new = not accepted.count or await front.intake.append_once(batch)
    front.counts.count(accepted.count if is_new else 0, len(accepted.rejections))
    return Received(accepted.count, 0) if is_new else Received(0, accepted.count)


def _key(stated: str, caller: str, tenant: str) -> str:
    """The name of a batch, apart from those of other callers; empty if it has none."""
    if not stated:
        return ""
    return hashlib.blake2b("\0".join((caller, tenant, stated)).encode(), digest_size=16).hexdigest()


def _letters(accepted: Accepted, batch: Batch, protocol: str) -> list[DeadLetter]:
    return [
        DeadLetter(
            arrival=batch.arrival,
            protocol=protocol,
            peer=batch.peer,
            tenant=batch.tenant,
            position=rejection.position,
            reason=rejection.reason,
            raw=rejection.raw,
            key=batch.key,
        )
        for rejection in accepted.rejections
    ]
