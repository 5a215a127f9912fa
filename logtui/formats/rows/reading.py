"""What a row reader makes of one text, and what a row format is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Reading:
    """What one text says; a name that is missing is what a null is in a column.

    Args:
        core: Texts by the names of `CORE_GROUPS`.
        fields: Texts of all other groups or keys, by their well-known names.

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
        """One of the core texts, without putting all of them together.

        Args:
            name: One of `CORE_GROUPS`.

        Returns:
            The text, None if it is missing.
        """
        return self.core.get(name)

    def field(self, name: str) -> str | None:
        """A field of the outermost format, which no inner one can change.

        Args:
            name: Its well-known name.

        Returns:
            The text; None if it is missing or only all `fields` tell.
        """
        return self.fields.get(name)


@dataclass(frozen=True, slots=True, eq=False)
class RowFormat:
    """A format as a reader of single texts.

    Attributes:
        name: The name of the declared format.
        headed: Whether each record begins with a header.
        read: Makes a reading of a text, None if the text is not of this format.
        where_known: Reads what the declaration trusts the format with; None if that is nothing more.
        level_reader: Makes what reads only the level's word of a text, or None where that takes a whole reading.
    """

    name: str
    headed: bool
    read: Callable[[str], Reading | None]
    level_reader: Callable[[], Callable[[str], str | None]] = lambda: lambda _: None
    where_known: RowFormat | None = None
