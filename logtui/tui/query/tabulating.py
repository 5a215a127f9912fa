"""Draws the table that the pipes of a query make of the shown records."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from logtui.engine.search.executor import piped
from logtui.export.table import TableWriter

if TYPE_CHECKING:
    from logtui.engine.search.request import Request
    from logtui.engine.window.row_window import RowWindow

_MOST_ROWS: Final = 1_000
"""Most rows of each frame that the table shows."""


def table_text(request: Request, window: RowWindow | None, width: int) -> str:
    """Send all records of a window through the pipes of a query.

    Args:
        request: The query; the records of the window already match its filter.
        window: The window; None for no records.
        width: Greatest width of a line in cells.

    Returns:
        The lines of the table; empty without records.
    """
    lines = io.BytesIO()
    writer: TableWriter | None = None
    for frame in () if window is None else piped(request, window.frames()):
        if writer is None:
            writer = TableWriter(lines, frame.columns if request.condition.chooses_columns else None, width=width)
        writer.write(frame.head(_MOST_ROWS))
    return lines.getvalue().decode()
