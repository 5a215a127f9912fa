"""The kinds of values that settings have: each is read alike from TOML, an environment variable and an option."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from logtui.errors import AddressError
from logtui.query.syntax.quantities import NANOSECONDS, as_duration, as_size
from logtui.server.address import Address
from logtui.store.clickhouse.address import parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

NOTHING: Final = "none"
"""How the value None is written."""

_QUEUES: Final = ("redis:", "rediss:", "unix:")
_DATABASES: Final = ("postgresql:", "postgres:", "sqlite:")
_SWITCH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        expected: What a value looks like, for messages.
        metavar: The same in a word, for `--help`.
        convert: Makes the value of a text or of what TOML holds; raises a `ValueError` or an `AddressError`.
        is_switch: Whether it is true or false.
        is_list: Whether there may be several; a text has commas between them.
        is_secret: Whether a value may hold a password, and is not to be repeated.
    """

    expected: str
    metavar: str
    convert: Callable[[object], object]
    is_switch: bool = False
    is_list: bool = False
    is_secret: bool = False

    def read(self, value: object) -> object:
        """Make a value of what stands in a file, the environment or an option.

        Raises:
            ValueError: If it is not of this kind; the message says what was expected.
        """
        try:
            return self.convert(value)
        except (ValueError, AddressError) as error:
            got = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else value
            text = f"expected {self.expected}" + ("" if self.is_secret else f", got {got!r}")
            raise ValueError(text) from (None if self.is_secret else error)


def optional(kind: Kind) -> Kind:
    """The kind of a value that may also be `none`."""
    return Kind(
        f"{kind.expected}, or {NOTHING}",
        kind.metavar,
        lambda value: None if value == NOTHING else kind.convert(value),
        is_secret=kind.is_secret,
    )


def whole(least: int, metavar: str = "N") -> Kind:
    """The kind of whole numbers from `least` on."""

    def convert(value: object) -> int:
        number = int(value) if isinstance(value, str) else value
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise ValueError(value)
        return number

    return Kind(f"a whole number, {least:,} or more", metavar, convert)


def one_of(names: type[StrEnum]) -> Kind:
    """The kind of the members of an enumeration."""
    return Kind(f"one of {', '.join(names)}", "|".join(names), lambda value: names(_text(value)))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _seconds(value: object) -> float:
    number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else -1.0
    if not isfinite(number) or number < 0:
        raise ValueError(value)
    return number


def _truth(value: object) -> bool:
    found = value if isinstance(value, bool) else _SWITCH.get(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(value)
    return found


def _networks(value: object) -> tuple[str, ...]:
    each = value.split(",") if isinstance(value, str) else value
    if not isinstance(each, (list, tuple)):
        raise ValueError(value)  # noqa: TRY004 -- one kind of error for all that is not of the kind
    return tuple(str(ip_network(_text(text).strip())) for text in each if text != "")


def _database(value: object) -> str:
    if not (text := _text(value)).startswith(_DATABASES):
        raise ValueError(value)
    return text


def _queue(value: object) -> str:
    if not (text := _text(value)).startswith(_QUEUES):
        raise ValueError(value)
    urlsplit(text).port  # noqa: B018 -- it is a ValueError if it is no number
    return text


def _store(value: object) -> str:
    parsed(text := _text(value))
    return text


def _reference(value: object) -> str:
    kind, _, place = (text := _text(value)).partition(":")
    if kind not in ("env", "file") or not place:
        raise ValueError(value)
    return text


def _age(value: object) -> timedelta:
    age = as_duration(_text(value)) or 0.0
    if not 0 < age < timedelta.max.total_seconds() * NANOSECONDS["s"]:
        raise ValueError(value)
    return timedelta(seconds=age / NANOSECONDS["s"])


def _size(value: object) -> int:
    plain = isinstance(value, int) and not isinstance(value, bool)
    size = as_size(f"{value}B" if plain or _text(value).isdecimal() else _text(value)) or 0.0
    if not size >= 1:
        raise ValueError(value)
    return int(size)


TEXT: Final = Kind("a text", "TEXT", _text)
PATH: Final = Kind("a path", "PATH", lambda value: Path(_text(value)))
ADDRESS: Final = Kind("HOST:PORT, such as 127.0.0.1:8080", "HOST:PORT", lambda value: Address.parse(_text(value)))
SECONDS: Final = Kind("a number of seconds, 0 or more", "SECONDS", _seconds)
AGE: Final = Kind("a duration above 0, such as 30d", "DURATION", _age)
SIZE: Final = Kind("a number of bytes or a size, such as 50GB", "SIZE", _size)
SWITCH: Final = Kind("true or false", "", _truth, is_switch=True)
DATABASE: Final = Kind("a database, such as postgresql://USER@HOST/NAME", "URL", _database)
QUEUE: Final = Kind("a Redis, such as redis://HOST:6379/0", "URL", _queue)
STORE: Final = Kind("clickhouse://USER:PASSWORD@HOST:8123/DATABASE or chdb:///FOLDER", "URL", _store, is_secret=True)
REFERENCE: Final = Kind("env:NAME or file:PATH", "REFERENCE", _reference, is_secret=True)
NETWORKS: Final = Kind("networks, such as 10.0.0.0/8", "CIDR", _networks, is_list=True)
