"""Decides which records of a body are taken. It runs once, before the journal: nothing behind it rejects a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from logtui.engine.ingest.bodies import BLANKS, as_utf8, pieces_of, values_of
from logtui.engine.ingest.record_time import is_time_path, time_of
from logtui.errors import BodyError
from logtui.formats.json_keys import MAX_DEPTH, role_of
from logtui.formats.rows.flat import flattened, object_of
from logtui.formats.rows.naming import named
from logtui.formats.wrappings import WHOLE_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from logtui.engine.ingest.bodies import Piece

_SHOWN: Final = 40
_EPOCHS: Final = tuple((10**power, 9_223 * 10 ** (power - 2)) for power in (11, 14, 17))
"""Epoch numbers in ms, us and ns that are surely times."""

_LAST_SECOND: Final = 9_223_000_000
_keys: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Rejection(NamedTuple):
    """A record that was not taken.

    Attributes:
        position: Its place in the body, from 0.
        reason: What was expected and what came.
        raw: The record as received, in UTF-8.
    """

    position: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The records of a body.

    Attributes:
        payload: Those that are taken, as NDJSON without a line end behind the last.
        count: How many these are, which is the number of lines.
        rejections: The others.
    """

    payload: bytes
    count: int
    rejections: tuple[Rejection, ...] = ()


class _Names(NamedTuple):
    """The keys under which a record has its message, and its time where it must state one."""

    message: str
    time: str | None


def accept(body: bytes, *, needs_time: bool = True) -> Accepted:
    """Decide which records of a body are taken.

    Args:
        body: A JSON array of objects, or objects on lines or one behind the other; the first byte that is not blank
            decides.
        needs_time: Whether a record must state its time; under shippers' protocols a missing one is the arrival.

    Returns:
        The records that are JSON objects with a message, which is a string, and a time, both under any known alias;
        and the others with the reasons.

    Raises:
        BodyError: If nothing in the body is JSON, or an array breaks.
    """
    text = as_utf8(body).strip(BLANKS)
    intake = _Intake(needs_time)
    for value in values_of(text):
        if intake.is_sound(value):
            intake.taken.append(value)
        else:
            intake.examine(bytes(value).decode())
    if intake.fault is not None and not intake.taken and not intake.has_json:
        position = body.find(text[:1]) + intake.fault[0]
        raise BodyError(f"expected JSON, but at byte {position}: {intake.fault[1]}", position=position)
    return Accepted(intake.payload(), len(intake.taken), tuple(intake.rejections))


@dataclass(slots=True)
class _Intake:
    """What has been decided on the records of one body.

    Attributes:
        needs_time: As `accept` takes it.
        taken: The records that are taken.
        rejections: The others.
        fault: Byte and reason of the first text that is no JSON; None if there is none.
        has_json: Whether any rejected text is JSON.
    """

    needs_time: bool
    taken: list[bytes | msgspec.Raw] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    fault: tuple[int, str] | None = None
    has_json: bool = False
    _is_like_others: Callable[[bytes | msgspec.Raw], bool] = field(init=False)

    def __post_init__(self) -> None:
        self._is_like_others = _check_of(_Names("message", "timestamp" if self.needs_time else None))

    def is_sound(self, value: bytes | msgspec.Raw) -> bool:
        """Whether a value is surely a record that is to be taken; quick, since it looks at two keys only."""
        if self._is_like_others(value):
            return True
        names = _names_in(value, needs_time=self.needs_time)
        if names is None or not (check := _check_of(names))(value):
            return False
        self._is_like_others = check  # The records of a body mostly have the same keys.
        return True

    def examine(self, text: str) -> None:
        """Decide on a text that may hold several values, or none."""
        for piece in pieces_of(text):
            raw = piece.text.encode()
            if piece.fault is not None and self.fault is None:
                self.fault = len(piece.text[: piece.fault].encode()), piece.reason
            self.has_json |= piece.fault is None
            if piece.fault is None and self.is_sound(raw):
                self.taken.append(raw)
            elif reason := _reason(piece, needs_time=self.needs_time):
                self.rejections.append(Rejection(len(self.taken) + len(self.rejections), reason, raw))
            else:
                self.taken.append(raw)

    def payload(self) -> bytes:
        """The records that are taken, one a line."""
        lines = b"\n".join(self.taken)
        if lines.count(b"\n") < len(self.taken) and b"\r" not in lines:
            return lines
        # JSON strings hold no bare line ends, so those within an object are only its layout.
        return b"\n".join(bytes(each).strip(BLANKS).replace(b"\r", b" ").replace(b"\n", b" ") for each in self.taken)


@lru_cache(maxsize=256)
def _check_of(names: _Names) -> Callable[[bytes | msgspec.Raw], bool]:
    """Make a check for objects with sound values under two keys; of the rest, it only checks that it is JSON."""
    fields = [("message", str), *([("time", datetime | int | float)] if names.time else [])]
    read = msgspec.json.Decoder(msgspec.defstruct("Usual", fields, rename=names._asdict(), gc=False)).decode

    def check(value: bytes | msgspec.Raw) -> bool:
        try:
            found: Any = read(value)
        except (msgspec.MsgspecError, RecursionError):
            return False
        return names.time is None or _is_sound(found.time)

    return check


def _is_sound(time: datetime | float) -> bool:
    """Whether a time is surely one that a timestamp can hold."""
    if isinstance(time, datetime):
        return 1677 < time.year < 2262  # every moment of these years fits into 64 bits of nanoseconds
    number = abs(time)
    return number < _LAST_SECOND or any(low <= number < high for low, high in _EPOCHS)


def _names_in(value: bytes | msgspec.Raw, *, needs_time: bool) -> _Names | None:
    """The keys of an object that are the surest for what it must have; None if it lacks one."""
    try:
        keys = _keys(value)
    except (msgspec.MsgspecError, RecursionError):
        return None
    ranked = sorted((*role, key) for key in keys if (role := role_of(key)))
    surest = {core: key for core, _, key in reversed(ranked)}
    if "message" not in surest or (needs_time and "time_text" not in surest):
        return None
    return _Names(surest["message"], surest["time_text"] if needs_time else None)


def _reason(piece: Piece, *, needs_time: bool) -> str:
    """Why a text is not taken; empty if it is."""
    if piece.fault is not None:
        return f"expected JSON, but at character {piece.fault}: {piece.reason}"
    found = object_of(piece.text)
    if found is None:
        return f"expected a JSON object, got {piece.text[:_SHOWN]!r}"
    fields = flattened(found)
    return _fault_of_message(found, fields) or (_fault_of_time(fields) if needs_time else "")


def _fault_of_message(found: dict[str, Any], fields: Mapping[str, str]) -> str:
    if "message" in named(flattened(_strings_of(found))).core:
        return ""
    if "message" in named(fields).core:
        return "expected a message that is a string"
    return "expected a string under `message` or one of its aliases"


def _strings_of(found: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    """An object with nothing but its strings and the objects that do not stand for a message."""
    strings = {key: value for key, value in found.items() if isinstance(value, str)}
    inner = {key: value for key, value in found.items() if isinstance(value, dict) and key not in WHOLE_KEYS}
    return strings | {key: _strings_of(value, depth + 1) for key, value in inner.items() if depth < MAX_DEPTH}


def _fault_of_time(fields: Mapping[str, str]) -> str:
    if time_of(fields) is not None:
        return ""
    stated = next((text for path, text in fields.items() if is_time_path(path)), None)
    if stated is None:
        return "expected a time under `timestamp` or one of its aliases"
    return f"expected a time of 1678 to 2261 (ISO 8601, or epoch s, ms, us or ns), got {stated[:_SHOWN]!r}"
