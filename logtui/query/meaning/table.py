"""A back end: the table from comparisons to its code, with the gaps that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from logtui.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.query.meaning.comparison import Comparison

Code = TypeVar("Code")


class Table(Generic[Code]):
    """What a back end does for each type of comparison.

    Args:
        name: The back end, as errors call it.
        rows: The code.
        gaps: Comparisons that the back end cannot make, and the reason.
    """

    def __init__(
        self,
        name: str,
        rows: Mapping[type[Comparison], Code],
        gaps: Mapping[type[Comparison], str] | None = None,
    ) -> None:
        self._name = name
        self.rows = rows
        self.gaps = gaps or {}

    def code_of(self, comparison: Comparison) -> Code:
        """The code for a comparison.

        Raises:
            QueryError: If the comparison is a gap of the back end.
        """
        kind = type(comparison)
        if kind in self.gaps:
            raise QueryError(f"{self._name} cannot compare so: {self.gaps[kind]}", text="", start=0, end=0)
        return self.rows[kind]
