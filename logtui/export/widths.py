"""Measures texts in terminal cells, and cuts or pads them to a number of cells."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import polars as pl

ELLIPSIS: Final = "…"

_EMOJI_SELECTOR: Final = "\ufe0f"
_ZERO_WIDTH: Final = frozenset(("Mn", "Me", "Cf"))


def cells(text: str) -> int:
    """The width of a text in terminal cells: 1 per character, 2 for wide ones and emoji, 0 for combining marks.

    Args:
        text: Text without control characters.
    """
    return len(text) if text.isascii() else sum(_cell_widths(text))


def fitted(texts: pl.Series, width: int) -> pl.Series:
    """Cut texts of one line with an ellipsis, or pad them, so that each takes `width` cells.

    Args:
        texts: String without nulls.
        width: The cells of the column, at least 1.

    Returns:
        String, same length.
    """
    text = pl.col(texts.name)
    cut = text.str.slice(0, width - 1) + ELLIPSIS
    narrow = pl.when(text.str.len_bytes() > width).then(cut).otherwise(text.str.pad_end(width))
    # Only texts beyond ASCII have to be measured character by character, in Python, and they are few.
    is_narrow = text.str.len_bytes() == text.str.len_chars()
    by_hand = text.map_elements(lambda value: _fit(value, width), return_dtype=pl.String)
    frame = texts.to_frame()
    if frame.select(is_narrow.all()).item():
        return frame.select(narrow).to_series()
    return frame.select(pl.when(is_narrow).then(narrow).otherwise(by_hand)).to_series()


def widest(texts: pl.Series) -> int:
    """The width of the widest text of a column, cells; 0 for an empty column.

    Args:
        texts: String without nulls.
    """
    is_narrow = texts.str.len_bytes() == texts.str.len_chars()
    longest = texts.filter(is_narrow).str.len_bytes().max()
    wide = max(map(cells, texts.filter(~is_narrow)), default=0)
    return max(longest if isinstance(longest, int) else 0, wide)


def _fit(text: str, width: int) -> str:
    total = cells(text)
    if total <= width:
        return text + " " * (width - total)
    used = kept = 0
    for character_width in _cell_widths(text):
        if used + character_width > width - 1:
            break
        used += character_width
        kept += 1
    return text[:kept] + ELLIPSIS + " " * (width - 1 - used)


def _cell_widths(text: str) -> list[int]:
    widths = [_character_cells(character) for character in text]
    for position in range(1, len(text)):
        if text[position] == _EMOJI_SELECTOR and widths[position - 1] == 1:
            widths[position] = 1
    return widths


@lru_cache(maxsize=4096)
def _character_cells(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
