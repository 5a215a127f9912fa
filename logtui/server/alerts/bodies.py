"""JSON bodies about alerts, read strictly: an error names the key, and the known key that is nearest to it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args, get_origin

import msgspec

from logtui.alerts.conditions import Condition, positive
from logtui.alerts.maintenance import Maintenance
from logtui.alerts.notify.targets import Target
from logtui.alerts.rules import Escalation, Rule
from logtui.errors import LogtuiError
from logtui.model.validation import explained, in_words, parted
from logtui.server.nearest import nearest, offer
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_Kind = TypeVar("_Kind")

_LONGEST_MUTE: Final = 3650 * 86_400 * 1_000_000_000
"""Nanoseconds; a longer one could end in a year that no calendar has."""

_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(?P<key>.*)`", re.DOTALL)
_NUMBER: Final = re.compile(r"\[[\d.]*\]")
_FIRST_KEY: Final = re.compile(r"`(?P<key>\w+)`")
"""The key at fault, where a message begins with one."""
_PARTS: Final[dict[str, tuple[Any, ...]]] = {
    "condition": get_args(Condition),
    "notifications": get_args(Target),
    "escalation": (Escalation,),
    "escalation.notify": get_args(Target),
    "maintenance": (Maintenance,),
}
"""What stands at a place in a rule."""


class MuteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `/mute` is sent.

    Attributes:
        duration: For how long; None until the alert is unmuted.
        reason: Why.
    """

    duration: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.duration is not None and positive("duration", self.duration) > _LONGEST_MUTE:
            raise ValueError("`duration` is at most 3650d; a mute without one lasts until it is ended")

    def until(self, now: int) -> int | None:
        """When a mute that begins now ends, epoch nanoseconds; None for never."""
        return None if self.duration is None else now + positive("duration", self.duration)


class AcknowledgeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `/acknowledge` is sent.

    Attributes:
        user: Who takes care.
        group: The values of the rule's `group_by` fields; None for all groups.
    """

    user: str
    group: dict[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.user.strip():
            raise ValueError("`user` says who takes care of the alert")


class TestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `/test` is sent.

    Attributes:
        since: How far back to look for when the alert would have fired.
        notify: Whether to tell the targets that this is a trial.
    """

    since: str = "24h"
    notify: bool = False

    def __post_init__(self) -> None:
        positive("since", self.since)


def read(body: bytes, kind: type[_Kind], besides: Collection[str] = ()) -> _Kind:
    """Read a body, whatever its Content-Type.

    Args:
        body: The body; an empty one is taken as an empty object.
        kind: What it is to hold.
        besides: Keys that may stand in it, too, and say nothing.

    Raises:
        ProblemError: 400 if it does not.
    """
    try:
        return msgspec.convert(_without(msgspec.json.decode(body.strip() or b"{}"), besides), kind)
    except msgspec.ValidationError as error:
        raise _explained(error, kind) from error
    except LogtuiError as error:
        raise refused(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refused(f"expected a JSON object: {explained(error)}") from error


def _without(found: object, keys: Collection[str]) -> object:
    return {key: value for key, value in found.items() if key not in keys} if isinstance(found, dict) else found


def refused(detail: str, *, key: str = "", **members: str | int) -> ProblemError:
    """A body that is answered with 400.

    Args:
        detail: What was expected and what came.
        key: The place in the body; empty for the whole.
        members: Further members of the answer.
    """
    named = {"key": key, **members} if key else members
    return ProblemError(HTTPStatus.BAD_REQUEST, detail, reason="alert", members=named)


def _explained(error: Exception, kind: type) -> ProblemError:
    problem, place = parted(error)
    known = _known(place, kind)
    if unknown := _UNKNOWN.fullmatch(problem):
        return _unknown_key(_joined(place, unknown["key"]), unknown["key"], known)
    if missing := _MISSING.fullmatch(problem):
        key = _joined(place, missing["key"])
        return refused(f"{key} is missing", key=key)
    choices = _choices(place, kind) if problem.startswith("Invalid") else ()
    detail = in_words(problem) + (f" (one of {', '.join(choices)})" if choices else "")
    at_fault = _FIRST_KEY.match(problem)
    key = _joined(place, at_fault["key"]) if at_fault and at_fault["key"] in known else place
    return refused(f"{place}: {detail}" if place else detail, key=key)


def _unknown_key(place: str, key: str, known: Iterable[str]) -> ProblemError:
    near = nearest(key, known)
    suggestion = {} if near is None else {"suggestion": near}
    return refused(f"{place} is not known; {offer(key, sorted(known))}", key=place, **suggestion)


def _known(place: str, kind: type) -> set[str]:
    """The keys that may stand at a place."""
    kinds = _kinds(place, kind)
    return {"type" for each in kinds if each.__struct_config__.tag} | {
        name for each in kinds for name in each.__struct_fields__
    }


def _choices(place: str, kind: type) -> list[str]:
    """The words that may stand at a place; empty if any may."""
    parent, _, name = place.rpartition(".")
    kinds = _kinds(parent, kind)
    if name == "type":
        return sorted(str(each.__struct_config__.tag) for each in kinds)
    types = [field.type for each in kinds for field in msgspec.structs.fields(each) if field.name == name]
    return list(dict.fromkeys(word for each in types if get_origin(each) is Literal for word in get_args(each)))


def _kinds(place: str, kind: type) -> tuple[Any, ...]:
    """What may stand at a place."""
    return _PARTS.get(_NUMBER.sub("", place), (kind,)) if kind is Rule else (kind,)


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
