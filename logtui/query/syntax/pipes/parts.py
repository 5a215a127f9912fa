"""The parts that pipes are read from: Lark's parse tree of one pipe -> names, fields, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, cast

from lark import Token, Tree

from logtui.query.syntax import scan
from logtui.query.syntax.escapes import escape, has_wildcards, unescape
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.pipes.aggregate import Aggregate
from logtui.query.syntax.pipes.keys import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query.syntax.tree import Span

Parsed: TypeAlias = Tree[Token] | Token
_LARGEST: Final = 10**9


def children_of(tree: Tree[Token]) -> list[Parsed]:
    """The parts that are present; Lark puts None in place of missing optional ones."""
    return [part for part in cast("list[Parsed | None]", tree.children) if part is not None]


def span_of(parsed: Parsed) -> Span:
    """The start and end offsets of a part."""
    tokens = [parsed] if isinstance(parsed, Token) else list(parsed.scan_values(lambda value: isinstance(value, Token)))
    return min(token.start_pos or 0 for token in tokens), max(token.end_pos or 0 for token in tokens)


def kind_of(part: Parsed) -> str:
    """The name of the rule or the token that a part is."""
    return str(part.data) if isinstance(part, Tree) else str(part.type)


def count_in(parts: Sequence[Parsed], default: int, least: int = 1) -> int:
    """The number among the parts.

    Args:
        parts: Of one pipe.
        default: The number where none is written.
        least: The smallest number that makes sense.

    Returns:
        The number.

    Raises:
        LeafError: If it is too small or too large.
    """
    token = next((part for part in parts if kind_of(part) == "NUMBER"), None)
    if token is None:
        return default
    number = int(str(token)[:12])
    if not least <= number <= _LARGEST:
        raise LeafError(f"expected a count from {least} to {_LARGEST}, got {token}", span_of(token))
    return number


def fields_in(parts: Sequence[Parsed]) -> tuple[Field, ...]:
    """The fields of the list of names among the parts; none if there is no such list."""
    columns = [column for part in parts if kind_of(part) == "names" for column in tree_of(part).children]
    return tuple(Field(column_name(tree_of(column)), span=span_of(column)) for column in columns)


def column_name(tree: Tree[Token]) -> str:
    """The escaped name of a column: a field, or a function of a field such as `avg(took)`."""
    name, *arguments = tree.children
    if not arguments:
        return scan.field_pattern(str(name))
    return escape(Aggregate(str(name).lower(), argument_of(tree_of(arguments[0]))).column)


def argument_of(arguments: Tree[Token]) -> str | None:
    """The escaped name of the field that a function is given, None if it is given none."""
    return next((single_name(child) for child in arguments.children if isinstance(child, Token)), None)


def single_name(token: Token) -> str:
    """The escaped name of exactly one field.

    Raises:
        LeafError: If it holds wildcards.
    """
    name = scan.field_pattern(str(token))
    if has_wildcards(name):
        raise LeafError(f"one field is needed, got {str(token)!r}", span_of(token), "* means many fields")
    return name


def plain_name(token: Token) -> str:
    """A name as it is displayed."""
    return unescape(scan.field_pattern(str(token)))


def tree_of(part: Parsed) -> Tree[Token]:
    """A part that the grammar makes a branch."""
    if not isinstance(part, Tree):
        raise TypeError(f"expected a branch, got the token {part!r}")
    return part


def token_of(part: Parsed) -> Token:
    """A part that the grammar makes a token."""
    if not isinstance(part, Token):
        raise TypeError(f"expected a token, got the branch {part!r}")
    return part
