"""The table of a back end from comparisons to code, with declared gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from logtui.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.query.meaning.comparison import Comparison

Code = TypeVar("Code")


class Table(Generic[Code]):
    """The code of a back end for each type of comparison.

    Args:
        name: The name of the back end in errors.
        rows: The code by type of comparison.
        gaps: The reason by type, for comparisons that the back end does not support.
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
