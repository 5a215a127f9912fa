"""A second opinion: the core of the language, row by row, in plain Python and without Polars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from logtui.model.levels import LEVELS, level_named
from logtui.model.record import STRUCTURED_FORMATS
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Range,
    Regex,
    Text,
    TextGlob,
    TextRegex,
)

Row = Mapping[str, str | None]
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def matches(node: Node, row: Row) -> bool:
    match node:
        case All():
            return True
        case And(children):
            return all(matches(child, row) for child in children)
        case Or(children):
            return any(matches(child, row) for child in children)
        case Not(child):
            return not matches(child, row)
        case Text() | TextGlob() | TextRegex():
            return in_text(node, searched(row))
        case _:
            return in_field(node, row)


def searched(row: Row) -> str:
    message = row.get("message")
    structured = row["format"] in STRUCTURED_FORMATS and message is not None
    return str(message if structured else row["raw"])


def in_text(node: Node, text: str) -> bool:
    match node:
        case Text(needle):
            return needle.lower() in text.lower()
        case TextGlob(pattern):
            return re.search(as_regex(pattern, star="[^\n]*"), text, re.IGNORECASE | re.DOTALL) is not None
        case TextRegex(pattern, flags):
            return search(pattern, flags, text)
    raise AssertionError(node)


def as_regex(pattern: str, star: str) -> str:
    found = re.findall(r"\\(.)|([*?])|([^\\])", pattern, re.DOTALL)
    return "".join({"*": star, "?": "."}[wild] if wild else re.escape(one or other) for one, wild, other in found)


def in_field(node: Node, row: Row) -> bool:
    assert not isinstance(node, All | Text | TextGlob | TextRegex | And | Or | Not)
    if node.field == "level":
        return in_level(node, row)
    value = row.get(node.field)
    return value is not None and in_value(node, value)


def in_value(node: Node, value: str) -> bool:
    match node:
        case Equals(value=wanted):
            return wanted.lower() == value.lower() or same_number(wanted, value)
        case EqualsLiteral(value=wanted):
            return wanted.lower() == value.lower()
        case Exact(value=wanted):
            return wanted == value
        case Prefix(value=wanted):
            return value.lower().startswith(wanted.lower())
        case Glob(pattern=pattern):
            return re.fullmatch(as_regex(pattern, star=".*"), value, re.IGNORECASE | re.DOTALL) is not None
        case Regex(pattern=pattern, flags=flags):
            return search(pattern, flags, value)
        case Exists():
            return True
        case Compare(op=op, value=wanted, quoted=quoted):
            return ordered([(op, wanted)], value, quoted=quoted)
        case Range():
            return ordered(bounds(node), value, quoted=node.quoted)
    raise AssertionError(node)


def same_number(one: str, other: str) -> bool:
    return bool(NUMBER.fullmatch(one) and NUMBER.fullmatch(other)) and Decimal(one) == Decimal(other)


def bounds(node: Range) -> list[tuple[str, str]]:
    low = [] if node.low is None else [(">=" if node.low_inclusive else ">", node.low)]
    high = [] if node.high is None else [("<=" if node.high_inclusive else "<", node.high)]
    return low + high


def ordered(wanted: list[tuple[str, str]], value: str, *, quoted: bool) -> bool:
    if quoted or not all(NUMBER.fullmatch(bound) for _, bound in wanted):
        return all(holds(op, (value > bound) - (value < bound)) for op, bound in wanted)
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value):
        return False
    return all(holds(op, (float(value) > float(bound)) - (float(value) < float(bound))) for op, bound in wanted)


def holds(op: str, sign: int) -> bool:
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0}[op]


def in_level(node: Node, row: Row) -> bool:
    level, word = row.get("level"), row.get("severity_text")
    match node:
        case Equals(value=wanted) if wanted in LEVELS:
            return level == wanted or (word or "").lower() == wanted
        case Equals(value=wanted):
            return word is not None and word.lower() == wanted.lower()
        case Exists():
            return level is not None or word is not None
        case Compare(op=op, value=wanted) if level is not None:
            return holds(op, LEVELS.index(level) - LEVELS.index(str(level_named(wanted))))
        case Compare():
            return False
    raise AssertionError(node)


def search(pattern: str, flags: str, text: str) -> bool:
    """Whether a regex occurs; `$` is the very end, where Python would also accept the place before a last newline."""
    return re.search(pattern.replace("$", r"\Z"), text, re.IGNORECASE if "i" in flags else 0) is not None
