"""Message templates: texts with holes in braces that are filled with the fields of their record.

Serilog's compact format leaves them unfilled (its "Compact Log Event Format"; messagetemplates.org).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TEMPLATE_KEY: Final = "@mt"
MESSAGE_KEY: Final = "@m"
RENDERINGS_KEY: Final = "@r"

_HOLE: Final = re.compile(r"\{[@$]?(?P<name>[\w.]+)(?:,-?\d+)?(?P<format>:[^{}]*)?\}|\{\{|\}\}")


def pieces_of(template: str) -> Iterator[tuple[str, str, int | None]]:
    """The texts and holes of a template.

    Args:
        template: The template.

    Yields:
        A text, or how a hole is written; the hole's name, empty for a text; which of the record's own renderings fills
        it, None if its field does.
    """
    end = rendering = 0
    for hole in _HOLE.finditer(template):
        yield template[end : hole.start()], "", None
        if hole["name"] is None:
            yield hole[0][0], "", None
        else:
            yield hole[0], hole["name"], rendering if hole["format"] else None
            rendering += bool(hole["format"])
        end = hole.end()
    yield template[end:], "", None


def rendered(template: str, field: Callable[[str], str | None], renderings: Sequence[str]) -> str:
    """A template with its holes filled.

    Args:
        template: The template.
        field: The text of a field, None if the record has none of that name.
        renderings: How the record's writer rendered the holes that have a format, in their order.

    Returns:
        The message; a hole that nothing fills stays as it is written.
    """

    def filled(text: str, name: str, rendering: int | None) -> str:
        if rendering is not None and rendering < len(renderings):
            return renderings[rendering]
        return (field(name) if name else None) or text

    return "".join(filled(*piece) for piece in pieces_of(template))
