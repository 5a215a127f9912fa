"""Functions and labels of other query languages, written as conditions of this one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.query.syntax.escapes import ESCAPABLE

if TYPE_CHECKING:
    from collections.abc import Callable

_ARGUMENT: Final = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s,]+")
_LABEL: Final = re.compile(r"(\w+)\s*([=!]~?)\s*(\"[^\"]*\")")
_LINE: Final = re.compile(r"([|!][=~])\s*(\"[^\"]*\")")
_OPERATORS: Final = {"=": "{}:{}", "!": "-{}:{}", "=~": "{}:/{}/", "!~": "-{}:/{}/"}


def written(function: str, field: str, arguments: str) -> str | None:
    """Write a call of another language as a condition of this one.

    Args:
        function: Its name in another tool.
        field: The field that it asks.
        arguments: The other arguments as typed.

    Returns:
        The condition; None if the function is not known or lacks arguments.
    """
    known = _FUNCTIONS.get(function.lower().replace("_", ""))
    found = _ARGUMENT.findall(arguments)
    is_complete = bool(found) or known in (_exists, _misses)
    return known(field, found) if known and is_complete else None


def quoted(value: str) -> str:
    """Write a value, in quotes if it needs them."""
    inside = value[1:-1]
    if value[:1] != "'" or value[-1:] != "'":
        return value
    return inside if re.fullmatch(r"\w[\w.\-]*", inside) else f'"{inside}"'


def labels(text: str) -> list[str]:
    """The conditions that `app="x", pod=~"y.*"` states."""
    return [
        _condition(name, sign.replace("!=", "!"), quote)
        for name, sign, quote in _LABEL.findall(text.replace("!=", "!"))
    ]


def line_filters(text: str) -> list[str]:
    """The conditions that `|= "x" !~ "y"` states."""
    return [
        f"{'-' if sign[0] == '!' else ''}{quote if sign[1] == '=' else f'/{_slashed(quote[1:-1])}/'}"
        for sign, quote in _LINE.findall(text)
    ]


def _condition(name: str, sign: str, quote: str) -> str:
    return _OPERATORS[sign].format(name, _slashed(quote[1:-1]) if sign.endswith("~") else _short(quote))


def _short(argument: str) -> str:
    """Write an argument, without quotes if it needs none."""
    inside = _inside(argument)
    return inside if re.fullmatch(r"\w[\w.\-]*", inside) else f'"{inside}"'


def _inside(argument: str) -> str:
    return argument[1:-1] if argument[:1] in "\"'" else argument.rstrip("*")


def _literal(argument: str) -> str:
    return "".join(
        f"\\{letter}" if letter in ESCAPABLE and letter not in "/-" else letter for letter in _inside(argument)
    )


def _slashed(pattern: str) -> str:
    return re.sub(r"(?<!\\)/", r"\\/", pattern)


def _exists(field: str, _arguments: list[str]) -> str:
    return f"{field}:*"


def _misses(field: str, _arguments: list[str]) -> str:
    return f"-{field}:*"


def _any(field: str, arguments: list[str]) -> str:
    return f"{field}:({', '.join(map(_short, arguments))})"


def _parts(field: str, arguments: list[str]) -> str:
    globs = " ".join(f"*{_literal(one)}*" for one in arguments)
    return f"{field}:({globs})" if len(arguments) > 1 else f"{field}:{globs}"


def _like(field: str, arguments: list[str]) -> str:
    return f"{field}:{_literal(arguments[0]).replace('%', '*').replace('_', '?')}"


def _between(field: str, arguments: list[str]) -> str:
    return f"{field}:[{' TO '.join((arguments * 2)[:2])}]"


def _network(field: str, arguments: list[str]) -> str:
    return f"{field}:{_inside(arguments[0])}" if len(arguments) == 1 else _between(field, list(map(_inside, arguments)))


_FUNCTIONS: Final[dict[str, Callable[[str, list[str]], str]]] = {
    **dict.fromkeys(("exists", "has", "isnotnull", "defined"), _exists),
    **dict.fromkeys(("missing", "isnull", "isempty", "notexists"), _misses),
    **dict.fromkeys(("in", "any", "oneof"), _any),
    **dict.fromkeys(("contains", "includes", "containsall", "containscommoncase", "icontains", "seq"), _parts),
    **dict.fromkeys(
        ("re", "regex", "regexp", "match", "matches", "regexmatch"), lambda f, a: f"{f}:/{_slashed(_inside(a[0]))}/"
    ),
    **dict.fromkeys(("like", "ilike"), _like),
    **dict.fromkeys(("startswith", "prefix", "hasprefix"), lambda f, a: f"{f}:{_literal(a[0])}*"),
    **dict.fromkeys(("endswith", "suffix", "hassuffix"), lambda f, a: f"{f}:*{_literal(a[0])}"),
    **dict.fromkeys(("exact", "eq", "equals"), lambda f, a: f"{f}:={_short(a[0])}"),
    **dict.fromkeys(("range", "between"), _between),
    "i": lambda f, a: f"{f}:{_short(a[0])}",
    "containsany": lambda f, a: f"{f}:({' OR '.join(f'*{_literal(one)}*' for one in a)})",
    "ipv4range": _network,
}
