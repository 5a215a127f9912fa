"""The parser that Lark makes of the grammar, and its tables as bytes, which load ten times as fast as they are made."""

from __future__ import annotations

import io
import zlib
from importlib.resources import files
from typing import Final

import lark
from lark import Lark

from logtui.query.syntax.lexer import QueryLexer
from logtui.query.syntax.pipes.registry import pipe_rules

_MARK_BYTES: Final = 8
_known: Final[list[Lark]] = []
"""The parser, once it is made or loaded."""


def parser() -> Lark:
    """The parser of queries, made at the first call if no tables were loaded."""
    if not _known:
        _known.append(Lark(_grammar(), parser="lalr", lexer=QueryLexer))
    return _known[-1]


def tables() -> bytes:
    """The tables of the parser as `load_tables` takes them."""
    stream = io.BytesIO()
    parser().save(stream)
    return _mark(stream.getvalue()) + stream.getvalue()


def load_tables(data: bytes) -> bool:
    """Make the parser of tables, which must come from a file that only the user can write.

    Args:
        data: What `tables` returned, perhaps of another version, or damaged.

    Returns:
        Whether they are whole, and made of this grammar by this version of Lark; otherwise they are not used.
    """
    mark, content = data[:_MARK_BYTES], data[_MARK_BYTES:]
    if mark != _mark(content):
        return False
    _known[:] = [Lark.load(io.BytesIO(content))]
    return True


def _mark(content: bytes) -> bytes:
    maker = zlib.crc32(f"{lark.__version__}\n{_grammar()}".encode())
    return maker.to_bytes(4, "big") + zlib.crc32(content).to_bytes(4, "big")


def _grammar() -> str:
    shared = (files("logtui.query.syntax") / "grammar.lark").read_text("utf-8")
    return f"{shared}\n{pipe_rules()}"
