"""The closed set of field operators that have a file of their own: one row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.query.operators.cidr import Cidr

if TYPE_CHECKING:
    from logtui.query.syntax.tree import FieldOperator, Span

OPERATORS: Final[tuple[type[FieldOperator], ...]] = (Cidr,)
"""In the order in which a word is tried."""


def word_operator(word: str, field: str, span: Span) -> FieldOperator | None:
    """The leaf of a word behind a field name, if it is an operator's value.

    Args:
        word: The plain word.
        field: The field's name in escaped form.
        span: The place of name and word.

    Returns:
        The leaf of the first operator that takes the word; None if none does.

    Raises:
        LeafError: If the word looks like an operator's value and is none.
    """
    leaves = (operator.from_word(word, field, span) for operator in OPERATORS)
    return next((leaf for leaf in leaves if leaf is not None), None)
