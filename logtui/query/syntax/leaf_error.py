"""The error of a single leaf, which knows its place but not yet the text around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.query.syntax.tree import Span


class LeafError(ValueError):
    """A value that is not valid in its leaf.

    Args:
        message: What is wrong.
        span: Where.
        hint: What to write instead.
    """

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
