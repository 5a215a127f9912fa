"""The registry of the field operators that have a file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.query.operators.cidr import Cidr

if TYPE_CHECKING:
    from logtui.query.syntax.tree import FieldOperator, Span

OPERATORS: Final[tuple[type[FieldOperator], ...]] = (Cidr,)
"""The field operators, in the order in which they are tried on a word."""


def word_operator(word: str, field: str, span: Span) -> FieldOperator | None:
    """Parse the word after a field name as the value of an operator.

    Args:
        word: The plain word.
        field: The field's name in escaped form.
        span: The span of name and word.

    Returns:
        The leaf of the first operator that accepts the word; None if none does.

    Raises:
        LeafError: If the word looks like a value of an operator but is not valid.
    """
    leaves = (operator.from_word(word, field, span) for operator in OPERATORS)
    return next((leaf for leaf in leaves if leaf is not None), None)
