"""Writes needles and globs as regular expressions for the Rust engine of Polars, and checks those of users.

All matching over columns runs in that engine, in linear time. Case is folded by its `(?i)`, which is simple Unicode
folding: `K` matches the Kelvin sign, and `ß` does not match `ss`.
"""

from __future__ import annotations

import re
import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from logtui.query.syntax.escapes import pieces

if TYPE_CHECKING:
    import ipaddress

MAX_REGEX_LENGTH: Final = 1024

_MAX_COMMON: Final = 256
_ATOM: Final = r"(?:[^\\\[\](){}*+?|^$]|\\[dwsDWSbB.\\/*+?|^$()\[\]{}-]|\[\^?(?:[^\\\[\]&~^-]|\\[dws.\\/-]|\w-\w)+\])"
_COMMON: Final = re.compile(rf"(?:(?:{_ATOM}|\))(?:[*+?]\??)?|\((?:\?:)?|[|^$])*", re.ASCII)
"""Literals, usual escapes and classes, groups, alternatives and simple repetitions."""

_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_MAPPED: Final = "(?i:::ffff:)?"
PLAIN_IPV4: Final = rf"^(?:{_OCTET}\.){{3}}{_OCTET}$"
"""IPv4 addresses as they are usually written."""

IPV4: Final = rf"^{_MAPPED}{PLAIN_IPV4[1:]}"
"""IPv4 addresses, which may be mapped into IPv6."""

_SPECIAL: Final = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")


def escaped(text: str) -> str:
    """Write a text as an expression that matches it literally."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def is_caseless(text: str) -> bool:
    """Whether no character of a text has another case, so that literal search finds the same."""
    return text == text.lower() == text.upper()


def needle_regex(needle: str) -> str:
    """The expression that finds a needle in any case."""
    return "(?i)" + escaped(needle)


def whole_regex(value: str) -> str:
    """The expression that matches a whole value in any case."""
    return f"(?i)^{escaped(value)}$"


def number_regex(value: str) -> str:
    """All canonical spellings of a number: `500`, `500.0` and `500.00` are one.

    Args:
        value: A canonical number.
    """
    number = Decimal(value)
    sign = "-?" if number == 0 else "-" if number < 0 else ""
    whole_part, _, fraction = value.removeprefix("-").partition(".")
    fraction = fraction.rstrip("0")
    return rf"^{sign}{whole_part}" + (rf"\.{fraction}0*$" if fraction else r"(?:\.0+)?$")


def ipv4_regex(network: ipaddress.IPv4Network) -> str:
    """The expression for the addresses of a network, from the possible values of their four parts."""
    first, last = network.network_address.packed, network.broadcast_address.packed
    parts = [_octets(low, high) for low, high in zip(first, last, strict=True)]
    return f"^{_MAPPED}{'[.]'.join(parts)}$"


def _octets(low: int, high: int) -> str:
    if (low, high) == (0, 255):
        return _OCTET
    return str(low) if low == high else f"(?:{'|'.join(map(str, range(low, high + 1)))})"


def text_glob_regex(pattern: str) -> str:
    """The expression that finds a glob inside a text: `*` stays within a line, `?` is any one character.

    Args:
        pattern: A glob in escaped form.

    Returns:
        An unanchored expression; stars at both ends add nothing and are left out.
    """
    body = pieces(pattern)
    while body and body[0] == ("*", True):
        body = body[1:]
    while body and body[-1] == ("*", True):
        body = body[:-1]
    return "(?i)" + _joined(body, star=".*", one="(?s:.)")


def glob_regex(pattern: str) -> str:
    """The expression that matches a glob against a whole value.

    Args:
        pattern: A glob in escaped form.

    Returns:
        An anchored expression; an end with a star is left open instead.
    """
    body = pieces(pattern)
    head = "" if body[:1] == [("*", True)] else "^"
    tail = "" if body[-1:] == [("*", True)] else "$"
    inner = body[1 if not head else 0 : len(body) - (1 if not tail and len(body) > 1 else 0)]
    return "(?is)" + head + _joined(inner, star=".*", one=".") + tail


def _joined(body: list[tuple[str, bool]], *, star: str, one: str) -> str:
    wild = {"*": star, "?": one}
    return "".join(wild[letter] if is_wild else escaped(letter) for letter, is_wild in body)


def flagged_regex(pattern: str, flags: str) -> str:
    """A user's expression with its flags, ready for the engine."""
    return f"(?{flags}){pattern}" if flags else pattern


def is_common_regex(pattern: str, flags: str = "") -> bool:
    """Whether a user's expression certainly means the same to Python and to the Rust engine.

    Args:
        pattern: The expression between the slashes.
        flags: Letters out of `imsx`.

    Returns:
        False for rare syntax, such as Unicode classes and named groups, and for syntax that one of the two may refuse.
    """
    if "x" in flags or len(pattern) > _MAX_COMMON or not _COMMON.fullmatch(pattern):
        return False
    return _python_reason(pattern) is None


def regex_fault(pattern: str, flags: str = "") -> str | None:
    """Say what is wrong with a user's expression.

    Args:
        pattern: The expression between the slashes.
        flags: Letters out of `imsx`.

    Returns:
        A line for the user, or None if the engine accepts the expression.
    """
    if len(pattern.encode()) > MAX_REGEX_LENGTH:
        return f"regex is longer than {MAX_REGEX_LENGTH} bytes"
    if is_common_regex(pattern, flags):
        return None
    import polars as pl  # the engine itself is asked

    try:
        pl.Series([""]).str.contains(flagged_regex(pattern, flags))
    except pl.exceptions.ComputeError as error:
        return f"bad regex: {_python_reason(pattern) or _engine_reason(str(error))}"
    return None


def _python_reason(pattern: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(pattern)
        except re.error as error:
            return str(error)
        except (OverflowError, RecursionError):
            return "too deeply nested"
    return None


def _engine_reason(report: str) -> str:
    reasons = [line.removeprefix("error: ") for line in report.splitlines() if line.startswith("error: ")]
    return reasons[-1] if reasons else "too large when its repetitions are written out"
