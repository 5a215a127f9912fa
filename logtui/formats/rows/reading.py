"""The reading that a row reader makes of one text, and the interface of row formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Head = tuple[str, str]
    """The word for the level of a text, and its message."""


class Reading:
    """The parts of one text, by name; a missing name corresponds to a null in a column.

    Args:
        core: The core texts, by the names of `CORE_GROUPS`.
        fields: The texts of all other groups or keys, by their well-known names.

    Attributes:
        core: As given.
        fields: As given.
        format: Name of the format that read the text.
        payload_read: Whether a format read the payload.
    """

    __slots__ = ("core", "fields", "format", "payload_read")

    def __init__(self, core: dict[str, str], fields: dict[str, str]) -> None:
        self.core = core
        self.fields = fields
        self.format: str | None = None
        self.payload_read = False

    def text(self, name: str) -> str | None:
        """A core text; None if it is missing. Lazy readings compute only this one.

        Args:
            name: One of `CORE_GROUPS`.
        """
        return self.core.get(name)

    def head(self) -> Head | None:
        """The word for the level and the message, where both are told by less than the whole reading; else None."""
        return None

    def field(self, name: str) -> str | None:
        """A field of the outermost format, whose value wins over that of an inner record.

        Args:
            name: The field's well-known name.

        Returns:
            The text; None if the field is missing, or in a lazy reading, if only `fields` can tell.
        """
        return self.fields.get(name)


@dataclass(frozen=True, slots=True, eq=False)
class RowFormat:
    """A format as a reader of single texts.

    Attributes:
        name: The format's name.
        headed: Whether each record begins with a header.
        read: Reads a text; None if the text is not of this format.
        where_known: The variant that also reads the declaration's trusted patterns, for sources that are known to be of
            this format; None if there are none.
        head_reader: Makes a function that reads nothing but the head of a text; it gives None where that takes a whole
            reading.
        read_whole: Reads a record of several lines, of which `read` has read the first; None where that told all.
        may_read: Whether any of some texts may be of this format; a fifth of the cost of reading texts that are not.
    """

    name: str
    headed: bool
    read: Callable[[str], Reading | None]
    head_reader: Callable[[], Callable[[str], Head | None]] = lambda: lambda _: None
    where_known: RowFormat | None = None
    may_read: Callable[[Sequence[str]], bool] = lambda _: True
    read_whole: Callable[[str], Reading | None] | None = None
