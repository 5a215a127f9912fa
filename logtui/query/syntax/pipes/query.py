"""A whole query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.query.syntax.pipes.pipe import Pipe
    from logtui.query.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Query:
    """A filter and the pipes that its records go through."""

    filter: Node
    pipes: tuple[Pipe, ...] = ()
