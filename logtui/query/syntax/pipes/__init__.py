"""The pipes of the language, one file each, with its syntax, its canonical text and the fields that it uses.

What a pipe does to records is its stage, in the module of its name in `logtui.query.pipes`: the parser needs none
of them, and Polars comes with them.
"""

from logtui.query.syntax.pipes.pipe import Pipe
from logtui.query.syntax.pipes.query import Query

__all__ = ["Pipe", "Query"]
