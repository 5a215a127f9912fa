"""Problems of values that msgspec has refused, in the words of those who wrote them."""

from __future__ import annotations

import re
from typing import Final

_KINDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}
_KIND: Final = re.compile(rf"`((?:{'|'.join(_KINDS)})(?: \| (?:{'|'.join(_KINDS)}))*)`")
_PLACE: Final = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<place>.*)`)?", re.DOTALL)


def parted(error: Exception) -> tuple[str, str]:
    """Part the problem in an error of msgspec from its place, such as `condition.type`; empty for the whole value."""
    match = _PLACE.fullmatch(str(error))
    return (match["problem"], match["place"] or "") if match else (str(error), "")


def in_words(problem: str) -> str:
    """Replace the names of types in a problem by words, such as "expected a whole number or nothing, got a text"."""
    told = _KIND.sub(lambda kinds: " or ".join(_KINDS[kind] for kind in kinds[1].split(" | ")), problem)
    return told[:1].lower() + told[1:]


def explained(error: Exception) -> str:
    """Explain an error of msgspec: where it is and what was expected, such as "limit: expected a whole number"."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    problem, place = parted(error)
    return f"{place}: {in_words(problem)}" if place else in_words(problem)
