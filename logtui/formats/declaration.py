"""The declaration of a text format: patterns, from which both a column reader and a row reader are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

CORE_GROUPS: Final = (
    "time_text",
    "level_text",
    "severity",
    "service",
    "host",
    "logger",
    "message",
    "payload",
    "partial",
)

STREAM_PARTS: Final = ("@pod", "@container", "@stream", "@section")
"""What keeps the interleaved lines of an envelope apart."""

REST_OF_TEXT: Final = re.compile(r"\(\?P<message>(?:\(\?s:\.(?P<dotted>[*+])\)|\.(?P<plain>[*+]))\)\$\Z")
"""The end of a pattern whose message is the rest of the text, line ends included."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A format declared by regular expressions with named groups, the first that matches a text wins.

    Groups named as in `CORE_GROUPS` become those columns, any other group becomes the field of its name,
    unless that begins with `_`. Every pattern has a group `message` that takes part in each match; where it is
    `.*` or `.+` at the very end, it is the rest of the text, line ends included.

    Attributes:
        name: Name for `--format`, `detect` and the `format` column.
        patterns: The header and message of a record, in order of trial.
        trusted: Patterns that are too general for detection. They are used only for sources that are known to be of the
            format: the user named it, or it reads most of the source.
        samples: Lines that this format reads, each with a message.
        headed: Whether each record begins with a header, so that any other line continues the record above.
        checks: What the text of a group must match besides. A pattern that leaves only one way to match is several
            times faster than one that decides among alternatives; the decision comes here.
        refuses: What the text of a group must not match.
        refinements: Steps that read on in the message that `patterns` left, such as for a level and then for a logger
            between a time of any shape and the text. The first pattern of a step that matches is taken; what was named
            before stays.
        severity: A group, and a function from its text to a level, for records that hold no word for the level.
        names: Names of fields by group, for names that are not valid as names of groups, such as `cs(User-Agent)`.
        absent: The text that stands for no value, such as `-`.
        needs: A text that every line of the format holds, looked for before the patterns are tried.
        envelope: Whether the message is a line of its own, which is read again.
    """

    name: str
    patterns: tuple[str, ...]
    samples: tuple[str, ...]
    headed: bool = True
    trusted: tuple[str, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    refuses: tuple[tuple[str, str], ...] = ()
    refinements: tuple[tuple[str, ...], ...] = ()
    severity: tuple[str, Callable[[str], str | None]] | None = None
    names: tuple[tuple[str, str], ...] = ()
    absent: str = ""
    needs: str = ""
    envelope: bool = False

    def field_of(self, group: str) -> str:
        """The path of the field that a group becomes."""
        return dict(self.names).get(group, group)

    def where_known(self) -> Declaration | None:
        """The format with its trusted patterns in place of the others; None if it has none."""
        return replace(self, patterns=self.trusted, trusted=()) if self.trusted else None
