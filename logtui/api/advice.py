"""Warns of names and levels in conditions that are probably misspelt."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from logtui.model.names import CORE_ALIASES, CORE_NAMES, WELL_KNOWN_FIELDS
from logtui.model.severities import LEVEL_OF_WORD, LOGGING_NAMES, level_named
from logtui.query.syntax.escapes import has_wildcards, unescape
from logtui.query.syntax.tree import FieldLeaf, leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from logtui.formats.rows import Record as Row
    from logtui.query.syntax.tree import Node

KEYWORDS: Final = ("after", "before", "last_minutes", "message_contains")
"""The conditions of `filter` that are not named after an attribute of records."""

_KNOWN: Final = frozenset((*KEYWORDS, *CORE_NAMES, *CORE_ALIASES, *WELL_KNOWN_FIELDS, *WELL_KNOWN_FIELDS.values()))
_COMMON: Final = (*KEYWORDS, "level", "container", "pod_name", "namespace", "component", "service", "message")
_LEVEL_WORDS: Final = [word for word in (*map(str.lower, LOGGING_NAMES.values()), *LEVEL_OF_WORD) if len(word) > 3]
_MOST_GLANCED: Final = 1000


def advise_name(name: str) -> None:
    """Warn of a name that nearly is a condition of `filter`.

    Args:
        name: The name as typed.
    """
    close = [] if name in _KNOWN else get_close_matches(name.lower(), _COMMON, n=1, cutoff=0.75)
    if close and abs(len(name) - len(close[0])) <= 1 and name != f"{close[0]}s":
        _warn(f"{name!r} is taken for the name of a field; did you mean {close[0]!r}?")


def advise_level(word: str) -> None:
    """Warn of a word that is not a level but nearly one.

    Args:
        word: The word as typed.
    """
    close = [] if level_named(word) else get_close_matches(word.strip().lower(), _LEVEL_WORDS, n=1, cutoff=0.7)
    if close:
        _warn(f"{word!r} is no level; did you mean {LOGGING_NAMES[LEVEL_OF_WORD[close[0]]]!r}?")


class Glance:
    """Collects the field names of the first records, to advise if a filter finds nothing."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._left = _MOST_GLANCED

    def over(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass records on, collecting the field names of the first ones.

        Args:
            rows: The records of one source.
        """
        for row in islice(rows, self._left):
            self._left -= 1
            self._names.update(row.fields)
            yield row
        yield from rows

    def advise(self, node: Node) -> None:
        """Warn of names in a filter that are nearly the name of a field.

        Args:
            node: A filter that found nothing.
        """
        for name in dict.fromkeys(map(_plain, _plain_names(node))):
            close = [] if name in self._names | _KNOWN else get_close_matches(name, self._names, n=1, cutoff=0.7)
            if close:
                _warn(f"no record has the field {name!r}; did you mean {close[0]!r}?")


def _plain_names(node: Node) -> Iterable[str]:
    fields = (leaf.field for leaf in leaves_of(node) if isinstance(leaf, FieldLeaf))
    return (field for field in fields if not has_wildcards(field))


def _plain(name: str) -> str:
    plain = unescape(name).removeprefix("@")
    return WELL_KNOWN_FIELDS.get(plain, plain)


def _warn(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=2)
