"""Typed quantities in queries: numbers, durations, sizes, dates and addresses, recognised by their look."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d[\d_]*|(?=\.))(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d{1,38}", re.ASCII)
_HEX: Final = re.compile(r"0[xX][0-9a-fA-F]+")
_CANONICAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_UNUSUAL_NUMBER: Final = re.compile(
    rf"{_CANONICAL.pattern}[eE][+-]?\d+|[+-]?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\+(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2}(?:[T ][\d:.,]+)?)?\s*(?:[zZ]|UTC|[+-]\d{2}:?\d{2})?", re.ASCII)
_NOW: Final = re.compile(r"(?:now|end)(?:[+\-/].+)?", re.IGNORECASE)
_DURATION_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|min|m|h|d|w)", re.ASCII)
_DURATION: Final = re.compile(rf"-?{_DURATION_PART.pattern}(?: ?{_DURATION_PART.pattern})*", re.ASCII)
_ISO_DURATION: Final = re.compile(
    r"-?P(?=[\dT])(?:[\d.]+W)?(?:[\d.]+D)?(?:T(?=\d)(?:[\d.]+H)?(?:[\d.]+M)?(?:[\d.]+S)?)?", re.ASCII
)
_SIZE: Final = re.compile(r"(-?\d[\d_,]*(?:\.\d+)?)(?:([kmgtpe]i?)?b|([kmgtpe]i))", re.ASCII | re.IGNORECASE)
_AMOUNT: Final = re.compile(r"(-?\d[\d_,]*(?:\.\d+)?)([kKMGTPE])", re.ASCII)

NANOSECONDS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "min": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86_400 * 10**9,
    "w": 604_800 * 10**9,
}
"""Units of durations, in nanoseconds."""

BYTES: Final[dict[str, int]] = {
    "": 1,
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", start=1)},
    "K": 1000,
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)},
    "ki": 1024,
}
"""Prefixes of sizes, in bytes: `kB` and `MB` are decimal, `KiB` and `MiB` binary."""

_TIME_SUFFIX: Final = re.compile(r"(?:^|[_.\-])(ns|us|ms|s)$")
_SIZE_SUFFIX: Final = re.compile(r"(?:^|[_.\-])(bytes|size|kb|mb|gb)$")

_SIZE_UNITS: Final = {"bytes": 1, "size": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def as_number(text: str) -> float | None:
    """Parse a number, such as `1_000`, `1,000`, `0xff` or `1e3`; None if the text is not a number."""
    if _HEX.fullmatch(text):
        return int(text, 16)
    return exact_number(re.sub("[_,]", "", text)) if _NUMBER.fullmatch(text) else None


def exact_number(text: str) -> float:
    """The number of digits as Python reads them: integers up to 38 digits are exact, which floats are not.

    Args:
        text: A number without separators.
    """
    return int(text) if _INTEGER.fullmatch(text) else float(text)


def as_duration(text: str) -> float | None:
    """Parse a duration, such as `1.5s`, `1h30m`, `1h 30m` or `PT1H30M`, to nanoseconds; None if it is none."""
    if _ISO_DURATION.fullmatch(text):
        text = text.replace("P", "").replace("T", "").lower()
    if not _DURATION.fullmatch(text):
        return None
    total = sum(float(number) * NANOSECONDS[unit] for number, unit in _DURATION_PART.findall(text))
    return -total if text.startswith("-") else total


def as_size(text: str) -> float | None:
    """Parse a size, such as `10MiB`, `10mb` or `512B`, to bytes; None if the text is not a size."""
    match = _SIZE.fullmatch(text)
    return None if match is None else _times_prefix(match[1], (match[2] or match[3] or "").capitalize())


def as_amount(text: str) -> float | None:
    """Parse a number with a suffix, such as `10M` (millions) or `1.5k`; None if the text is none."""
    match = _AMOUNT.fullmatch(text)
    return None if match is None else _times_prefix(match[1], match[2].upper())


def _times_prefix(digits: str, prefix: str) -> float | None:
    plain = as_number(digits)
    return None if plain is None else plain * BYTES[prefix]


def as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an IP address; IPv4 mapped into IPv6 becomes IPv4; None if the text is not an address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def as_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Parse a network; IPv4 mapped into IPv6 becomes IPv4; host bits are ignored.

    Args:
        text: `address/length`, valid.
    """
    network = ipaddress.ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.ip_network(f"{mapped}/{network.prefixlen - 96}", strict=False)


def is_date(text: str) -> bool:
    """Whether a text looks like a date, with or without a time of day, or like `now-15m`."""
    return bool(_DATE.fullmatch(text) or _NOW.fullmatch(text))


def is_canonical_number(text: str) -> bool:
    """Whether a number is written the one usual way: `500` and `-0.5`, not `007`, `5e2` or `1_000`."""
    return _CANONICAL.fullmatch(text) is not None


PLAIN_NUMBER: Final = rf"^{_CANONICAL.pattern}(?:[eE][+-]?[0-9]+)?$"
"""What numbers in cells look like, as an expression that the engine of the columns reads too."""


GROUPED_NUMBER: Final = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?:[^0-9,]|$)"
"""How numbers with thousands begin in cells, as in `1,500` and `1,500 KB`."""


def is_unusual_number(text: str) -> bool:
    """Whether a number is written as `1e3`, `1,500` or `+5` is."""
    return _UNUSUAL_NUMBER.fullmatch(text) is not None


def looks_ordered(text: str) -> bool:
    """Whether a text is something that `field > text` surely compares: number, duration, size or date."""
    return is_date(text) or any(read(text) is not None for read in (as_number, as_duration, as_size, as_amount))


def measured_kind(text: str) -> str | None:
    """What a text measures: a number, a duration or a size; None if nothing, or zero, which is of any kind."""
    if as_number(text) == 0:
        return None
    if as_number(text) is not None or as_amount(text) is not None:
        return "number"
    if as_duration(text) is not None:
        return "duration"
    return "size" if as_size(text) is not None else None


def time_unit_of(name: str) -> int | None:
    """The nanoseconds of the unit in a field name's suffix, as in `took_ms`."""
    match = _TIME_SUFFIX.search(name)
    return NANOSECONDS[match[1]] if match else None


def size_unit_of(name: str) -> int | None:
    """The bytes of the unit in a field name's suffix, as in `sent_bytes`; a `size` is in bytes."""
    match = _SIZE_SUFFIX.search(name)
    return _SIZE_UNITS[match[1]] if match else None
