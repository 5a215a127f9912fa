"""Message templates: texts with holes in braces that are filled with the fields of their record.

Serilog's JSON formats leave them unfilled (its "Compact Log Event Format"; messagetemplates.org).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Templates:
    """Where a kind of record holds its template.

    Attributes:
        template: The template's path.
        message: The path of the message, for which no template is needed.
        fields: The prefix of the paths of its fields.
        renderings: The path of the list of texts that the writer has rendered for holes with a format.
    """

    template: str
    message: str
    fields: str = ""
    renderings: str = ""


TEMPLATES: Final = (
    Templates("@mt", "@m", renderings="@r"),
    Templates("MessageTemplate", "RenderedMessage", fields="Properties."),
)
TEMPLATE_KEYS: Final = frozenset(each.template for each in TEMPLATES)

_HOLE: Final = re.compile(r"\{[@$]?(?P<name>[\w.]+)(?:,(?P<width>-?\d{1,3}))?(?P<format>:[^{}]*)?\}|\{\{|\}\}")


class Piece(NamedTuple):
    """A text or a hole of a template.

    Attributes:
        text: The text, or how the hole is written.
        name: The hole's name, empty for a text.
        rendering: Which of the record's own renderings fills it, None if its field does.
        width: The least width of the value, characters; it is padded on the left, or on the right if negative.
    """

    text: str
    name: str = ""
    rendering: int | None = None
    width: int = 0


def pieces_of(template: str) -> Iterator[Piece]:
    """The texts and holes of a template.

    Args:
        template: The template.
    """
    end = rendering = 0
    for hole in _HOLE.finditer(template):
        yield Piece(template[end : hole.start()])
        if hole["name"] is None:
            yield Piece(hole[0][0])
        else:
            yield Piece(hole[0], hole["name"], rendering if hole["format"] else None, int(hole["width"] or 0))
            rendering += bool(hole["format"])
        end = hole.end()
    yield Piece(template[end:])


def rendered(template: str, field: Callable[[str], str | None], renderings: Sequence[str]) -> str:
    """A template with its holes filled.

    Args:
        template: The template.
        field: The text of a field, None if the record has none of that name.
        renderings: How the record's writer rendered the holes that have a format, in their order.

    Returns:
        The message; a hole that nothing fills stays as it is written.
    """

    def filled(piece: Piece) -> str:
        if piece.rendering is not None and piece.rendering < len(renderings):
            return renderings[piece.rendering]
        value = field(piece.name) if piece.name else None
        return _padded(value, piece.width) if value else piece.text

    return "".join(map(filled, pieces_of(template)))


def _padded(value: str, width: int) -> str:
    return value.ljust(-width) if width < 0 else value.rjust(width)
