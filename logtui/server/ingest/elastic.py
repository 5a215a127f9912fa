"""Elasticsearch's bulk API, as Filebeat, Logstash, Vector and Fluent Bit use it, and what they ask before they send.

The order of keys and the missing blanks of the reply matter: Fluent Bit looks for the text `"errors":false,"items":[`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Accepted, Rejection
from logtui.engine.ingest.each import accept_each
from logtui.model.validation import explained
from logtui.server.ingest.translated import NOTHING, Reply, Translated, json_reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEADERS: Final = {"X-Elastic-Product": "Elasticsearch"}
"""Clients of Elasticsearch refuse servers that do not say this with every reply."""

_ADDS: Final = ("index", "create")
_HAS_DOCUMENT: Final = (*_ADDS, "update")
_BLANKS: Final = b" \t\r"
_IDENTIFIER_BYTES: Final = 15
"""20 characters of Base64, as Elasticsearch's own identifiers have."""

_VERSION: Final = {
    "number": "8.9.0",
    "build_flavor": "default",
    "minimum_wire_compatibility_version": "7.17.0",
    "minimum_index_compatibility_version": "7.0.0",
}
_ROOT: Final = {
    "name": "logtui",
    "cluster_name": "logtui",
    "cluster_uuid": "logtui",
    "version": _VERSION,
    "tagline": "You Know, for Search",
}
_LICENSE: Final = {"license": {"status": "active", "uid": "logtui", "type": "basic", "mode": "basic"}}
_HEALTH: Final = {"cluster_name": "logtui", "status": "green", "timed_out": False, "number_of_nodes": 1}
_ANSWERS: Final = {"/": _ROOT, "/_license": _LICENSE, "/_cluster/health": _HEALTH}
_EMPTY: Final = (
    "/_ilm/policy",
    "/_index_template",
    "/_component_template",
    "/_template",
    "/_data_stream",
    "/_ingest",
    "/_nodes",
    "/_logstash",
    "/logstash",
)
_action: Final = msgspec.json.Decoder(dict[str, dict[str, Any] | None]).decode


@dataclass(frozen=True, slots=True)
class _Item:
    """A part of a request.

    Attributes:
        action: What is to be done, such as `index`.
        target: What the action names: `_index` and `_id`, if they are stated.
        document: The document; None if there is none.
        fault: Why it cannot be done; empty if it can.
    """

    action: str
    target: dict[str, str]
    document: bytes | None
    fault: str = ""

    def outcome(self, fault: str) -> dict[str, Any]:
        """The item of the reply; a document without an identifier is given one, as Elasticsearch does."""
        if not fault:
            named = {} if "_id" in self.target else {"_id": secrets.token_urlsafe(_IDENTIFIER_BYTES)}
            return {self.action: {**self.target, **named, "status": 201}}
        error = {"type": "document_parsing_exception", "reason": fault}
        return {self.action: {**self.target, "status": 400, "error": error}}


def probe(path: str) -> Reply | None:
    """Answer what a client asks before it sends, with `GET`, `HEAD` or `PUT`.

    Args:
        path: The path of the request, without its query.

    Returns:
        The reply; None if no client asks this.
    """
    plain = path.rstrip("/") or "/"
    if plain in _ANSWERS:
        return json_reply(200, _ANSWERS[plain], HEADERS)
    return json_reply(200, {}, HEADERS) if plain.startswith(_EMPTY) else None


def translate(body: bytes, index: str = "") -> Translated:
    """Translate the body of a bulk request.

    Args:
        body: Lines of JSON: actions, each followed by its document.
        index: The index that the path of the request names.

    Returns:
        A record for each document that is to be indexed or created, with its index and its identifier, if they are
        stated, as the fields `_index` and `_id`.
    """
    items = list(_items(body, index))
    if not items:
        error = {"type": "parse_exception", "reason": "request body is required"}
        return Translated(NOTHING, json_reply(400, {"error": error, "status": 400}, HEADERS))
    accepted = _accepted(items)
    faults = {each.position: each.reason for each in accepted.rejections}
    outcomes = [item.outcome(faults.get(position, "")) for position, item in enumerate(items)]
    reply = json_reply(200, {"took": 0, "errors": bool(faults), "items": outcomes}, HEADERS)
    return Translated(accepted, reply, _key(items, body, index))


def _key(items: Sequence[_Item], body: bytes, index: str) -> str:
    """The name of a batch that is known again when it is repeated: all of its documents state who they are."""
    if not all("_id" in item.target for item in items):
        return ""
    return f"{index}/_bulk {hashlib.blake2b(body, digest_size=16).hexdigest()}"


def _items(body: bytes, index: str) -> Iterator[_Item]:
    lines = iter([line for line in body.split(b"\n") if line.strip(_BLANKS)])
    for line in lines:
        try:
            action, target = _action_of(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            yield _Item("index", {}, line, f'expected an action such as {{"create":{{}}}}, but {explained(error)}')
            continue
        document = next(lines, None) if action in _HAS_DOCUMENT else None
        yield _Item(action, _named(target, index), document, _fault(action, document))


def _action_of(line: bytes) -> tuple[str, dict[str, Any]]:
    found = _action(line)
    if len(found) != 1:
        raise ValueError(f"got {len(found)} keys")
    ((action, target),) = found.items()
    if action not in (*_HAS_DOCUMENT, "delete"):
        raise ValueError(f"got {action[:40]!r}")
    return action, target or {}


def _named(target: dict[str, Any], index: str) -> dict[str, str]:
    """The index and the identifier that an action names."""
    names = {"_index": target.get("_index") or index, "_id": target.get("_id")}
    return {key: str(value) for key, value in names.items() if value not in (None, "")}


def _fault(action: str, document: bytes | None) -> str:
    if action not in _ADDS:
        return f"expected the action index or create, got {action}: records are never changed"
    return "" if document is not None else "expected a document behind the last action"


def _accepted(items: Sequence[_Item]) -> Accepted:
    """Decide on the documents; the position of a rejection is that of its item."""
    sound = [(position, item) for position, item in enumerate(items) if not item.fault]
    rejections = [
        Rejection(position, item.fault, item.document or b"") for position, item in enumerate(items) if item.fault
    ]
    if not sound:
        return Accepted(b"", 0, tuple(rejections))
    found = accept_each([_document(item) for _, item in sound])
    rejections += [each._replace(position=sound[each.position][0]) for each in found.rejections]
    return Accepted(found.payload, found.count, tuple(sorted(rejections)))


def _document(item: _Item) -> bytes:
    """A document with its index and identifier as fields, put in without reading the document."""
    document = (item.document or b"").strip(_BLANKS)
    if not item.target or document[:1] != b"{":
        return document
    behind = document[1:].lstrip(_BLANKS)
    return msgspec.json.encode(item.target)[:-1] + (b"" if behind[:1] == b"}" else b",") + behind
