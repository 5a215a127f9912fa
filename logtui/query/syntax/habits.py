"""Recognises syntax of other query languages (habits), and says how to write the same here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.model.literals import literals_of
from logtui.query.syntax import calls
from logtui.query.syntax.pipe_habits import PIPE_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.query.syntax.tree import Span

_Rule: TypeAlias = "tuple[str, str | Callable[[dict[str, str]], str]]"
_MOST_LETTERS: Final = 2000
_HIDDEN: Final = "·"
_QUOTED: Final = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|(?<![^\s(:])/(?:\\.|[^/\\\n])+/[imsx]*(?![^\s)])')

_PIPE: Final = re.compile(r"(?<![^\s)\"])\|(?=\s|$|[a-z])")

_FIELD: Final = r"(?P<field>@?[^\W\d][\w.\-]*)"
_QUOTE: Final = "'[^']*'|\"[^\"]*\""
_VALUE: Final = rf"(?P<value>{_QUOTE}|[^\s()\"'|=<>][^\s()\"'|=]*)"
_ARGS: Final = r"\((?P<args>[^()]*)\)"
_INTERVAL: Final = r"(?P<value>\d+(?:\.\d+)?[a-z]+)"
_TIMES: Final = r"@?_?(?:ts|time|timestamp)"
_BOUNDS: Final = r"(?P<low>[\w.+\-:]*?\w)\s*(?:\.\.|,|\s[Tt][Oo]\s|\s[Aa][Nn][Dd]\s)\s*(?P<high>\w[\w.+\-:]*)"
_LABELS: Final = r"\w+\s*[=!]~?\s*\"[^\"]*\"\s*,?\s*"


def _regex(found: dict[str, str]) -> str:
    return calls.written("re", found["field"], found["value"]) or ""


def _call(found: dict[str, str]) -> str:
    return calls.written(found["function"], found["field"], found.get("args") or found.get("value") or "") or ""


def _list(found: dict[str, str]) -> str:
    values = filter(None, re.split(r"[,|]", found["value"]))
    return f"{found['field']}:({', '.join(values)})"


def _range(found: dict[str, str]) -> str:
    return f"{found['field']}:[{found['low']} TO {found['high']}]"


def _numbers(found: dict[str, str]) -> str:
    """A range, unless the first number is the larger one, as in a date."""
    return _range(found) if float(found["low"]) < float(found["high"]) else ""


def _both(found: dict[str, str]) -> str:
    """`status > 500 and < 600`."""
    low, high = ("".join(found[side].split()) for side in ("low", "high"))
    return f"{found['field']}:{low} {found['field']}:{high}"


def _group(found: dict[str, str]) -> str:
    return f"{found['field']}:{re.sub(r' or ', ' OR ', found['group'])}"


def _null(found: dict[str, str]) -> str:
    return f"{'' if found.get('negated') else '-'}{found['field']}:*"


def _labels(found: dict[str, str]) -> str:
    """The labels and line filters of LogQL."""
    return " ".join(calls.labels(found["labels"]) + calls.line_filters(found.get("lines") or ""))


_RULES: Final[tuple[_Rule, ...]] = (
    (rf"(?:_stream:)?\{{\s*(?P<labels>(?:{_LABELS})+)\}}(?P<lines>(?:\s*[|!][=~]\s*\"[^\"]*\")*)", _labels),
    (r"(?P<lines>[|!][=~]\s*\"[^\"]*\")", lambda found: calls.line_filters(found["lines"])[0]),
    (r"(?:count|rate)(?:_over_time)?\(.*\[(?P<value>\w+)\]\s*\)", "* | histogram {value}"),
    (r"(?:count|COUNT)\([\w*]*\)", "* | stats count()"),
    (r"(?i:select)\s.+\s(?i:from)\s.*", "* | fields name, name"),
    (rf"(?P<function>\w+)\(\s*{_FIELD}\s*(?:,(?P<args>[^()]*))?\)", _call),
    (rf"{_FIELD}\.(?P<function>[a-zA-Z]+){_ARGS}", _call),
    (rf"{_FIELD}:range\s*[(\[]\s*{_BOUNDS}\s*[)\]]", _range),
    (rf"{_FIELD}:(?P<function>\w+){_ARGS}", _call),
    (rf"{_FIELD}\s+(?i:is)\s+(?P<negated>(?i:not)\s+)?(?i:null|missing)\b", _null),
    (rf"{_FIELD}\s+(?i:between)\s+{_BOUNDS}", _range),
    (rf"{_FIELD}:\s*(?:(?P<low>\d+)\s+TO\s+(?P<high>\d+))", _range),
    (rf"{_FIELD}:\[\s*{_BOUNDS}\s*\]?", _range),
    (rf"{_FIELD}:\[(?P<low>\S+)\s+TO\s*\]", "{field}:>={low}"),
    (
        rf"{_FIELD}\s+(?i:not)\s+(?P<function>(?i:in|like|contains))\s+(?:{_ARGS}|{_VALUE})",
        lambda found: f"-{_call(found)}",
    ),
    (
        rf"{_FIELD}\s+(?P<function>(?i:in|like|ilike|contains|matches|startswith|endswith))\s+(?:{_ARGS}|{_VALUE})",
        _call,
    ),
    (rf"{_FIELD}(?:\s*!~\s*|\s+!~\s*){_VALUE}", lambda found: f"-{_regex(found)}"),
    (rf"{_FIELD}(?:\s*=~\s*|:\s*~\s*|\s+~\s+){_VALUE}", _regex),
    (rf"{_FIELD}(?:\s+!=\s*|!=\s+|\s*<>\s*|:<>|:!(?!=)){_VALUE}", "-{field}:{value}"),
    (rf"{_FIELD}\s*={{2,3}}\s*{_VALUE}", "{field}:{value}"),
    (rf"{_FIELD}\s*:?\s*=(?P<sign>[<>])\s*{_VALUE}", "{field}:{sign}={value}"),
    (
        rf"{_FIELD}\s*:?\s*(?P<low>[<>]=?\s*[\w.\-]+)\s+(?:(?i:and)\s+)?(?P<high>[<>]=?\s*[\w.\-]+)",
        _both,
    ),
    (rf"{_FIELD}:=={{1,2}}\s*{_VALUE}", "{field}:{value}"),
    (rf"{_FIELD}\s*=\s*{_VALUE}", "{field}:{value}"),
    (rf"(?:{_TIMES}|since|age):\s*{_INTERVAL}", "last:{value}"),
    (rf"last(?:\s+|\s*=\s*|:\s+){_INTERVAL}", "last:{value}"),
    (r"last[:\s]\s*(?P<value>\d+\s+[smhd])[a-z]*", lambda found: f"last:{''.join(found['value'].split())}"),
    (r"last[:\s]\s*(?P<value>\d+)", "last:{value}m"),
    (r"earliest=-(?P<value>\d+[smhdw])", "last:{value}"),
    (r"status:(?P<value>emerg|alert|critical|error|warn(?:ing)?|notice|info|debug)", "level:{value}"),
    (r"(?:level|lvl|severity):(?P<value>\w+)\+", "level:>={value}"),
    (rf"{_FIELD}:\s*(?P<group>\(\s*[^\s()]+(?:\s+or\s+[^\s()]+)+\s*\))", _group),
    (rf"{_FIELD}(?:\s+:\s*|:\s+)(?P<group>\([^()]*\))", _group),
    (rf"{_FIELD}(?:\s+:\s*|:\s+)(?P<value>(?:>=|<=|>|<)\s*[^\s()]+)", "{field}:{value}"),
    (rf"{_FIELD}(?:\s+:\s*|:\s+){_VALUE}", "{field}:{value}"),
    (rf"{_FIELD}:(?P<low>[1-5])(?:xx|XX)", "{field}:[{low}00 TO {low}99]"),
    (r"(?P<low>[1-5])(?:xx|XX)", "{status}:[{low}00 TO {low}99]"),
    (rf"{_FIELD}:[(\[]?(?P<low>\d+(?:\.\d+)?)\s*(?:-|\.\.)\s*(?P<high>\d+(?:\.\d+)?)[)\]]?", _numbers),
    (r"(?P<low>[1-5]\d\d)(?:-|\.\.)(?P<high>[1-5]\d\d)", "{status}:[{low} TO {high}]"),
    (rf"{_FIELD}:(?P<value>[^\s()\[\]{{}}\"'/,|]+(?:(?:,|\|\|?)[^\s()\[\]{{}}\"'/,|]+)+)", _list),
    (rf"{_FIELD}:(?P<value>{_QUOTE}|\w[\w.\-]*)(?:~\d*|\^\d[\d.]*)", "{field}:{value}"),
    (rf"(?P<value>{_QUOTE}|\w[\w.\-]*)(?:~\d*|\^\d[\d.]*)", "{value}"),
    (rf"{_FIELD}:(?P<value>%\w+%?|\w+%)", lambda found: calls.written("like", found["field"], found["value"]) or ""),
    (rf"{_FIELD}:(?P<value>'[^']+')", "{field}:{value}"),
    (r"(?P<value>'[^']+')", "{value}"),
    (
        rf"{_FIELD}:(?P<value>[a-z]\w+)\([^()]*\)",
        "!there is no function {value}; write {field}:value or {field}:/regex/",
    ),
)
"""A form -> how it is written; the first one that fits a place counts. Empty is no advice."""

_STATUS: Final = ("status", "status_code", "http.status_code", "http.status", "code")


@dataclass(frozen=True, slots=True)
class Habit:
    """A piece of a query in the syntax of another tool.

    Attributes:
        typed: The piece.
        written: How it is written; empty if a message says all.
        span: Its place.
        field: The name that must be one of the log for this to make sense; None if there is none.
        note: The whole message, where nothing can be written in its place.
    """

    typed: str
    written: str
    span: Span
    field: str | None = None
    note: str | None = None

    @property
    def message(self) -> str:
        """One line for the user."""
        return self.note or f"{self.typed} is written {self.written} in logtui"


def habits_in(text: str, names: tuple[str, ...] = ()) -> Iterator[Habit]:
    """The habits of other tools in a query.

    Args:
        text: The query, whether it parses or not.
        names: The fields of the log, to name the one that holds a status.

    Yields:
        Habits, the surest first.
    """
    if len(text) > _MOST_LETTERS:
        return
    hidden = _QUOTED.sub(lambda match: match[0][0] + _HIDDEN * (len(match[0]) - 2) + match[0][-1], text)
    pipe = _PIPE.search(hidden)
    end = pipe.start() if pipe else len(text)
    status = next((name for name in _STATUS if name in names), _STATUS[0])
    for pattern, written in _RULES:
        for match in _matches(pattern, rf"(?<![^\s(!+\-]){pattern}(?![^\s),])", hidden, 0, end):
            yield from _habit(match, written, text, status)
    for pattern, written in PIPE_RULES:
        for match in _matches(pattern, pattern, hidden, end, len(text)):
            yield from _habit(match, written, text, status)


def advice_on(text: str, span: Span) -> str | None:
    """Find a habit in the piece of a query that caused an error.

    Args:
        text: The query.
        span: The place of the error.

    Returns:
        A line, None if the error is no known habit.
    """
    near = (one for one in habits_in(text) if one.span[0] <= span[1] and span[0] <= one.span[1])
    return next((one.message for one in near), None)


def _matches(pattern: str, placed: str, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Find a pattern with its surroundings; it is not compiled for a text that lacks one of its literals."""
    if all(literal in text for literal in literals_of(pattern)):
        yield from re.compile(placed).finditer(text, start, end)  # re keeps those of the table


def _habit(
    match: re.Match[str], written: str | Callable[[dict[str, str]], str], text: str, status: str
) -> Iterator[Habit]:
    found = {name: text[slice(*match.span(name))] for name, group in match.groupdict().items() if group is not None}
    field, span = found.get("field"), match.span()
    found |= {"status": status, "typed": match[0].strip()}
    if "value" in found:
        found["value"] = calls.quoted(found["value"])
    advice = written.format(**found) if isinstance(written, str) else written(found)
    if advice.startswith("!"):
        yield Habit(text[slice(*span)], "", span, field, advice[1:])
    elif advice and advice.split() != match[0].split():
        yield Habit(text[slice(*span)].strip(), advice, span, field)
