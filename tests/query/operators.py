"""The case tables of the field operators, and random leaves out of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from logtui.query.operators.registry import OPERATORS, word_operator

if TYPE_CHECKING:
    from logtui.query.syntax.tree import FieldOperator

TABLES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "operators.toml").read_text("utf-8")
)
"""Name of an operator -> its cases."""

VALUES = {operator.name: st.sampled_from(TABLES[operator.name]["values"]) for operator in OPERATORS}


def leaf_of(value: str, field: str) -> FieldOperator:
    """The leaf of an operator's value."""
    leaf = word_operator(value, field, (0, 0))
    assert leaf is not None
    return leaf


def operator_leaves(fields: st.SearchStrategy[str]) -> st.SearchStrategy[FieldOperator]:
    """Leaves of all operators over some fields."""
    return st.builds(leaf_of, st.one_of(*VALUES.values()), fields)
