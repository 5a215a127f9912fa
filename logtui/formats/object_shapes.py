"""Shapes of JSON objects: patterns of the lines whose objects have certain keys and plain values, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logtui.formats.message_templates import TEMPLATE_KEYS
from logtui.formats.wrappings import WHOLE_KEYS, WRAPPINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_TEXT: Final = r'"(?:[^"\\\x00-\x1f{\[ ][^"\\\x00-\x1f]*)?"'
"""A string without escapes that cannot be an object or an array in a string, which would be read too."""

_NUMBER: Final = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,15})?"
_SCALAR: Final = rf"(?:{_TEXT}|{_NUMBER}|true|false|null)"
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_@.$/-]+")
_DEEPEST: Final = 3
_MOST_SHAPES: Final = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """The lines whose objects have the same keys in the same order.

    Attributes:
        skeleton: The line with a null byte for each value.
        paths: The dotted paths of the values, in order.
    """

    skeleton: str
    paths: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """A pattern that matches the whole line."""
        return f"^{self.skeleton.replace(chr(0), _SCALAR)}$"

    def capturing(self, paths: Collection[str]) -> str:
        """A pattern that captures the values of some paths, in order, as they are written.

        Args:
            paths: Paths of this shape, at least one.

        Returns:
            A pattern of the beginning of lines that match `pattern`; its groups have the numbers of the paths.
        """
        pieces = self.skeleton.split("\0")
        last = max(self.paths.index(path) for path in paths)
        groups = (
            f"{piece}(?P<v{number}>{_SCALAR})" if path in paths else piece + _SCALAR
            for number, (piece, path) in enumerate(zip(pieces, self.paths, strict=False))
            if number <= last
        )
        return "^" + "".join(groups)


def shapes_of(lines: Iterable[str]) -> list[Shape]:
    """Find the commonest shapes of some lines.

    Args:
        lines: Lines; those that are no objects, or whose reading takes more than their keys and values, have none.

    Returns:
        At most eight shapes, the commonest first.
    """
    found = Counter(shape for line in lines if (shape := _shape_of(line)) is not None)
    return [shape for shape, _ in found.most_common(_MOST_SHAPES)]


def _shape_of(line: str) -> Shape | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    paths = tuple(_paths(value, "", 1)) if isinstance(value, dict) else ()
    if not paths or "" in paths or len(set(paths)) < len(paths) or _is_read_further(paths):
        return None
    return Shape(_skeleton(value), paths)


def _paths(value: object, path: str, depth: int) -> Iterator[str]:
    """The paths of the values in an object; an empty one for what a shape cannot have."""
    if not isinstance(value, dict):
        yield "" if isinstance(value, list) else path
        return
    if not value or depth > _DEEPEST or path.rpartition(".")[2] in WHOLE_KEYS:
        yield ""
    for key, inner in value.items():
        is_plain = _PLAIN_KEY.fullmatch(key) is not None
        yield from _paths(inner, f"{path}.{key}" if path else key, depth + 1) if is_plain else ("",)


def _skeleton(value: object) -> str:
    if not isinstance(value, dict):
        return "\0"
    return r"\{" + ", ?".join(f'"{re.escape(key)}": ?{_skeleton(inner)}' for key, inner in value.items()) + r"\}"


def _is_read_further(paths: Collection[str]) -> bool:
    """Whether the object may be an envelope, or its message be made of a template."""
    top = {path.partition(".")[0] for path in paths}
    return not top.isdisjoint(TEMPLATE_KEYS) or any(
        each.key in top and (not each.marks or any(path.startswith(each.marks) for path in paths))
        for wrapping in WRAPPINGS
        for each in wrapping.line_keys
    )
