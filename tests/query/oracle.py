"""A second opinion: the language row by row, in plain Python, without Polars and without any index.

It is slow and says what a query means in the simplest way that there is. A row is a mapping from names to
texts; `timestamp` is ISO 8601, the integer columns are integers, and what is missing is None or absent.
"""

from __future__ import annotations

import calendar
import ipaddress
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from logtui.model.levels import LEVELS, level_named
from logtui.model.record import CORE_ALIASES, CORE_SCHEMA, STRUCTURED_FORMATS, WELL_KNOWN_FIELDS
from logtui.model.written_names import core_written_as, key_pattern
from logtui.query.operators.cidr import Cidr
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
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

Value = str | int | None
Row = Mapping[str, Value]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1,
    "m": 60,
    "min": 60,
    "h": 3600,
    "d": 86400,
    "w": 604800,
}
BYTES = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "ki": 2**10, "Mi": 2**20, "Gi": 2**30}
DATE = re.compile(r"\d{4}-\d\d?(?:-\d\d?(?:[T ][\d:.,]+)?)?(?:Z|[+-]\d\d:?\d\d)?|now.*")
NUMBERS = ("line", "offset", "bytes", "seq")
NOT_ANY = {"timestamp", "order_time", "raw", "offset", "line", "bytes", "seq", "ingest_time", "format", "source"}


def matches(node: Node, row: Row, *, zone: tzinfo = UTC, names: frozenset[str] | None = None) -> bool:
    """Whether a row meets a query; `names` are the fields that any row of the log has."""
    names = frozenset(row) if names is None else names
    match node:
        case All():
            return True
        case And(children):
            return all(matches(child, row, zone=zone, names=names) for child in children)
        case Or(children):
            return any(matches(child, row, zone=zone, names=names) for child in children)
        case Not(child):
            return not matches(child, row, zone=zone, names=names)
        case Text() | TextGlob() | TextRegex():
            return in_text(node, searched(row))
        case _:
            return in_field(node, row, names, zone)


def known(row: Row) -> dict[str, Value]:
    """A row with its well-known fields under their one name."""
    return {WELL_KNOWN_FIELDS.get(name, name): value for name, value in row.items()}


def searched(row: Row) -> str:
    message = row.get("message")
    structured = row.get("format") in STRUCTURED_FORMATS and message is not None
    raw = row.get("raw")
    return str(message if structured else (message or "") if raw is None else raw)


def in_text(node: Node, text: str) -> bool:
    match node:
        case Text(needle):
            return folded(needle) in folded(text)
        case TextGlob(pattern):
            return re.search(as_regex(pattern, star="[^\n]*"), text, re.IGNORECASE | re.DOTALL) is not None
        case TextRegex(pattern, flags):
            return search(pattern, flags, text)
    raise AssertionError(node)


def folded(text: str) -> str:
    """Case folded one letter for one: `ß` is not `ss`, but the Kelvin sign is `k` and the long s is `s`."""
    return "".join({"ſ": "s", "K": "k", "Ω": "ω"}.get(letter, letter.lower()[:1] or letter) for letter in text)


def as_regex(pattern: str, star: str) -> str:
    found = re.findall(r"\\(.)|([*?])|([^\\])", pattern, re.DOTALL)
    return "".join({"*": star, "?": "."}[wild] if wild else re.escape(one or other) for one, wild, other in found)


def plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def is_glob(name: str) -> bool:
    return any(wild for _, wild, _ in re.findall(r"\\(.)|([*?])|([^\\])", name, re.DOTALL))


def in_field(node: FieldLeaf, row: Row, names: frozenset[str], zone: tzinfo) -> bool:
    if is_glob(node.field):
        return any(in_any(node, name, row) for name in sorted(names) if fits(node.field, name))
    name = plain(node.field)
    written = core_written_as(name)
    if written is not None and in_written(node, written, row, names, zone):
        return True
    core = CORE_ALIASES.get(name, name)
    if core in CORE_SCHEMA:
        return in_core(node, core, row, zone)
    name = WELL_KNOWN_FIELDS.get(name.removeprefix("@"), name.removeprefix("@"))
    if name not in names or name in CORE_SCHEMA:
        alike = [other for other in names if other.lower() == name.lower() and other not in CORE_SCHEMA]
        if len(alike) != 1:
            return core_again(node, name, row, zone) or inside(node, name, row, names)
        name = alike[0]
    value = row.get(name)
    return value is not None and in_scalar_or_array(node, name, str(value), zone)


def in_written(node: FieldLeaf, core: str, row: Row, names: frozenset[str], zone: tzinfo) -> bool:
    """Whether a core column answers for a name that logs write for it, in a record without a field of that name."""
    name = plain(node.field)
    raw = row.get("raw")
    text = str(row.get("message") or "" if raw is None else raw)
    if not re.search(key_pattern(name), text, re.IGNORECASE) or in_field(Exists(f"@{name}"), row, names, zone):
        return False
    value = node.value if isinstance(node, Compare | Equals | EqualsLiteral) else getattr(node, "low", None)
    if core == "level" and (
        str(value).isdigit() or (isinstance(node, Compare | Range) and not level_named(str(value)))
    ):
        return False
    return in_core(node, core, row, zone)


def core_again(node: FieldLeaf, name: str, row: Row, zone: tzinfo) -> bool:
    lowered = CORE_ALIASES.get(name.lower(), name.lower())
    return not node.field.startswith("@") and lowered in CORE_SCHEMA and in_core(node, lowered, row, zone)


def fits(pattern: str, name: str) -> bool:
    fields_only = pattern.startswith("@")
    if name in NOT_ANY or (fields_only and name in CORE_SCHEMA):
        return False
    wanted = re.compile(as_regex(pattern.removeprefix("@"), star=".*"), re.IGNORECASE)
    spellings = [] if name in CORE_SCHEMA else [typed for typed, known in WELL_KNOWN_FIELDS.items() if known == name]
    return any(wanted.fullmatch(spelling) for spelling in (name, *spellings))


def in_any(node: FieldLeaf, name: str, row: Row) -> bool:
    if name == "level":
        asks_number = isinstance(node, Equals | EqualsLiteral) and node.value.isdigit()
        is_unreadable = isinstance(node, Compare | Range) and not is_level_comparison(node)
        return not asks_number and not is_unreadable and in_level(node, row)
    if name == "severity_text":
        return row.get(name) is not None and in_value(node, name, str(row[name]))
    if name == "message":
        return in_message(node, row.get(name))
    value = row.get(name)
    if value is None:
        return False
    return in_value(node, name, str(value)) or any(
        in_value(node, name, one) for one in scalars(str(value), deep=True) if name not in CORE_SCHEMA
    )


def is_level_comparison(node: Compare | Range) -> bool:
    values = [value for _, value in bounds(node)]
    is_word = not any(NUMBER.fullmatch(value) for value in values)
    return is_word and all(level_named(value) is not None for value in values)


def in_core(node: FieldLeaf, name: str, row: Row, zone: tzinfo) -> bool:
    if name == "level":
        return in_level(node, row)
    if name in ("timestamp", "order_time", "ingest_time"):
        value = row.get(name)
        return value is not None and in_time(node, datetime.fromisoformat(str(value)), zone)
    if name in NUMBERS:
        return in_number(node, row.get(name))
    if name in ("message", "raw"):
        return in_message(node, row.get(name, row.get("message") if name == "raw" else None))
    value = row.get(name)
    return value is not None and in_value(node, name, str(value))


def in_message(node: FieldLeaf, value: Value) -> bool:
    if value is None:
        return False
    text = str(value)
    match node:
        case EqualsLiteral(value=""):
            return text == ""
        case Equals(value=wanted) | EqualsLiteral(value=wanted) | Prefix(value=wanted) | Cidr(network=wanted):
            return folded(wanted) in folded(text)
        case Glob(pattern=pattern):
            return re.search(as_regex(pattern, star="[^\n]*"), text, re.IGNORECASE | re.DOTALL) is not None
        case _:
            return in_value(node, "message", text)


def in_number(node: FieldLeaf, value: Value) -> bool:
    if value is None:
        return False
    match node:
        case Equals(value=wanted) | EqualsLiteral(value=wanted) | Exact(value=wanted):
            number = as_number(wanted)
            return number is not None and number == float(value)
        case Compare() | Range():
            ends = [
                (op, as_number(bound) if as_number(bound) is not None else as_size(bound)) for op, bound in bounds(node)
            ]
            return all(holds(op, float(value), number) for op, number in ends if number is not None)
        case Cidr():
            return False
        case _:
            return in_value(node, "", str(value))


def in_scalar_or_array(node: FieldLeaf, name: str, value: str, zone: tzinfo) -> bool:
    if isinstance(node, Compare | Range) and is_array(value):
        return any(in_value(node, name, one, zone) for one in scalars(value))
    if in_value(node, name, value, zone):
        return True
    return value.startswith("[") and any(in_value(node, name, one, zone) for one in scalars(value))


def is_array(value: str) -> bool:
    try:
        return isinstance(json.loads(value), list)
    except ValueError:
        return False


def inside(node: FieldLeaf, name: str, row: Row, names: frozenset[str]) -> bool:
    """A path into the JSON text of a field: the longest part of the name that is a field decides."""
    steps = re.findall(r"([^.\[\]]+)|\[(\d+)\]", name)
    for cut in range(len(steps) - 1, 0, -1):
        head = ".".join(key or index for key, index in steps[:cut])
        head = WELL_KNOWN_FIELDS.get(head, head)
        known = [other for other in names - set(CORE_SCHEMA) if other.lower() == head.lower()]
        field = head if head in names and head not in CORE_SCHEMA else known[0] if len(known) == 1 else None
        if field is not None:
            found = reached(row.get(field), steps[cut:])
            return any(in_value(node, field, one) for one in found)
    return False


def reached(value: Value, steps: list[tuple[str, str]]) -> list[str]:
    if value is None or not str(value).startswith(("[", "{")):
        return []
    try:
        values = [json.loads(str(value), parse_int=str, parse_float=str)]
    except ValueError:
        return []
    return [one for tree in values for one in walked(tree, steps)]


def walked(tree: object, steps: list[tuple[str, str]]) -> list[str]:
    if isinstance(tree, list):
        if steps and steps[0][1]:
            return [one for item in tree[int(steps[0][1]) :][:1] for one in walked(item, steps[1:])]
        return [one for item in tree for one in walked(item, steps)]
    if isinstance(tree, dict):
        keys = [".".join(key or index for key, index in steps[:cut]) for cut in range(len(steps) + 1)]
        return [one for cut, key in enumerate(keys) if cut and key in tree for one in walked(tree[key], steps[cut:])]
    return [] if steps or tree is None else [str(tree).lower() if isinstance(tree, bool) else str(tree)]


def scalars(value: str, *, deep: bool = False) -> list[str]:
    try:
        tree = json.loads(value, parse_int=str, parse_float=str)
    except ValueError:
        return []
    return flat(tree, deep=deep) if isinstance(tree, list) else []


def flat(tree: object, *, deep: bool) -> list[str]:
    if isinstance(tree, list):
        return [one for item in tree for one in flat(item, deep=deep)]
    if isinstance(tree, dict):
        return [one for item in tree.values() for one in flat(item, deep=deep)] if deep else []
    return [] if tree is None else [str(tree).lower() if isinstance(tree, bool) else str(tree)]


def in_value(node: FieldLeaf, name: str, value: str, zone: tzinfo = UTC) -> bool:
    match node:
        case Equals(value=wanted):
            same = folded(wanted) == folded(value) and not CANONICAL.fullmatch(wanted)
            return same or same_number(wanted, value) or same_address(wanted, value)
        case EqualsLiteral(value=wanted):
            return folded(wanted) == folded(value)
        case Exact(value=wanted):
            return wanted == value
        case Prefix(value=wanted):
            return folded(value).startswith(folded(wanted))
        case Glob(pattern=pattern):
            return re.fullmatch(as_regex(pattern, star=".*"), value, re.IGNORECASE | re.DOTALL) is not None
        case Regex(pattern=pattern, flags=flags):
            return search(pattern, flags, value)
        case Exists():
            return True
        case Cidr(network=network):
            return in_network(value, network)
        case Compare() | Range():
            return ordered(node, name, value, zone)
    raise AssertionError(node)


def same_number(one: str, other: str) -> bool:
    """Only numbers that are asked for with an exponent, a comma or a plus find those written with an exponent."""
    exponent = re.compile(rf"{CANONICAL.pattern}(?:[eE][+-]?[0-9]+)?")
    usual = ungrouped(one).removeprefix("+")
    shape = CANONICAL if CANONICAL.fullmatch(one) else exponent
    return bool(shape.fullmatch(usual) and shape.fullmatch(other)) and Decimal(usual) == Decimal(other)


def ungrouped(text: str) -> str:
    """`1,500` is 1500, with a unit behind it too."""
    return text.replace(",", "") if re.match(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?([^\d,]|$)", text) else text


def same_address(one: str, other: str) -> bool:
    return address(one) is not None and address(one) == address(other)


def address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def in_network(value: str, network: str) -> bool:
    found = address(value)
    wanted = ipaddress.ip_network(network, strict=False)
    return found is not None and found in wanted


def bounds(node: Compare | Range) -> list[tuple[str, str]]:
    if isinstance(node, Compare):
        return [(node.op, node.value)]
    low = [] if node.low is None else [(">=" if node.low_inclusive else ">", node.low)]
    high = [] if node.high is None else [("<=" if node.high_inclusive else "<", node.high)]
    return low + high


def ordered(node: Compare | Range, name: str, value: str, zone: tzinfo) -> bool:
    wanted = bounds(node)
    texts = [bound for _, bound in wanted]
    if not node.quoted:
        if not any(as_number(text) != 0 for text in texts):
            measures = (read(ungrouped(value)) for read in (cell_number, as_seconds, as_size))
            sign = next((measure for measure in measures if measure is not None), None)
            return sign is not None and all(holds(op, sign, 0) for op, _ in wanted)
        readers = ((as_number, cell_number), (as_seconds, as_seconds), (as_size, as_size), (address, address))
        for read, read_cell in readers:
            if all(read(text) is not None or (text == "0" and read in (as_seconds, as_size)) for text in texts):
                value = value if read is address else ungrouped(value)
                plain_number = with_unit(name, value, read) if read in (as_seconds, as_size) else None
                found = read_cell(value) if plain_number is None else plain_number
                if found is None and read is as_number:
                    found = in_unit_of(name, value)
                ends = [(op, 0 if text == "0" and read in (as_seconds, as_size) else read(text)) for op, text in wanted]
                return found is not None and all(holds(op, found, end) for op, end in ends)
        if all(DATE.fullmatch(text) for text in texts):
            time = cell_time(value, zone)
            return time is not None and all(time_holds(op, time, *interval(text, zone)) for op, text in wanted)
    return all(holds(op, value, text) for op, text in wanted)


def cell_time(text: str, zone: tzinfo) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", text):
        return None
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=zone)


def in_unit_of(name: str, value: str) -> float | None:
    """`2s` is 2000 in a field whose name ends in `_ms`."""
    for read in (as_seconds, as_size):
        unit, found = with_unit(name, "1", read), read(value)
        if unit is not None and found is not None:
            return round(found / unit, 9)
    return None


def with_unit(name: str, value: str, read: object) -> float | None:
    suffixes: dict[str, float] = (
        {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
        if read is as_seconds
        else {"bytes": 1, "size": 1, "kb": 1000, "mb": 10**6, "gb": 10**9}
    )
    unit = re.search(r"(?:^|[_.\-])(\w+)$", name)
    number = cell_number(value)
    known = unit is not None and unit[1].rsplit("_", 1)[-1] in suffixes
    if number is None or unit is None or not known:
        return None
    return number * suffixes[unit[1].rsplit("_", 1)[-1]]


def as_number(text: str) -> float | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return float(int(text, 16))
    plain = text.replace(",", "") if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text) else text
    return exact(plain.replace("_", "")) if NUMBER.fullmatch(plain) else None


def exact(text: str) -> float:
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else float(text)


def cell_number(text: str) -> float | None:
    """Numbers in a log have no underscores and no hexadecimal digits."""
    plain_number = re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", text)
    return exact(text) if plain_number else None


def as_seconds(text: str) -> float | None:
    if re.fullmatch(r"-?P(\d+W)?(\d+D)?(T(?=\d)([\d.]+H)?([\d.]+M)?([\d.]+S)?)?", text):
        text = text.replace("P", "").replace("T", "").lower()
    text = re.sub(r"(?<=[a-zµ]) (?=\d)", "", text)
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|min|m|h|d|w)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.removeprefix("-"):
        return None
    total = sum(float(number) * SECONDS[unit] for number, unit in parts)
    return round(-total if text.startswith("-") else total, 9)


def as_size(text: str) -> float | None:
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?) ?([kKMGmg]i?)?(?:[bB]|(?<=[iKMG]))", text.removesuffix("ytes"))
    return float(found[1]) * BYTES[(found[2] or "").replace("m", "M").replace("g", "G")] if found else None


def holds(op: str, value: object, bound: object) -> bool:
    if isinstance(value, Address) and isinstance(bound, Address) and value.version != bound.version:
        return False
    sign: int = (value > bound) - (value < bound)  # type: ignore[operator]
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0}[op]


def in_level(node: FieldLeaf, row: Row) -> bool:
    level, word = row.get("level"), row.get("severity_text")
    written = None if word is None else str(word)
    match node:
        case EqualsLiteral(value=""):
            return written == ""
        case Equals(value=wanted) | EqualsLiteral(value=wanted):
            named = wanted.lower() if wanted.lower() in LEVELS else meant(wanted)
            return (level is not None and level == named) or (written is not None and folded(written) == folded(wanted))
        case Exact(value=wanted):
            return (wanted in LEVELS and level == wanted) or written == wanted
        case Exists():
            return level is not None or written is not None
        case Compare() | Range():
            order = {name: place for place, name in enumerate(LEVELS)}
            ends = [(op, order[str(level_named(bound))]) for op, bound in bounds(node)]
            return level is not None and all(holds(op, order[str(level)], end) for op, end in ends)
        case Cidr():
            return False
        case _:
            texts = [text for text in (level, written) if text is not None]
            return any(in_value(node, "level", str(text)) for text in texts)


def meant(word: str) -> str | None:
    """The level that a word is another name of; NOTICE belongs to info and is none of its names."""
    level = level_named(word)
    is_name = level is not None and (word.isdigit() or word.lower()[0] == level[0])
    return level if is_name or word.lower() in ("c", "crit", "critical") else None


def in_time(node: FieldLeaf, time: datetime, zone: tzinfo) -> bool:
    match node:
        case Equals(value=wanted) | EqualsLiteral(value=wanted) | Exact(value=wanted):
            first, last = interval(wanted, zone)
            return time == first if first == last else first <= time < last
        case Compare() | Range():
            return all(time_holds(op, time, *interval(bound, zone)) for op, bound in bounds(node))
        case Exists():
            return True
        case _:
            return in_value(node, "timestamp", time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def time_holds(op: str, time: datetime, first: datetime, last: datetime) -> bool:
    """An interval lies below a time if it ends before it, and above if it begins after it."""
    if first == last:
        return holds(op, time, first)
    return {">": time >= last, ">=": time >= first, "<": time < first, "<=": time < last}[op]


def interval(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    if text.startswith(("now", "end")):
        return computed(text[3:], NOW.astimezone(zone))
    if text.isdigit() and len(text) in (10, 13, 16, 19):
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(text) * 10**6 // 10 ** (len(text) - 10))
        return moment, moment
    found = re.fullmatch(
        r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?)(?::(\d\d)(?::(\d\d))?)?)?)?)?(Z|[+-]\d\d:\d\d)?", text
    )
    assert found is not None, text
    numbers = [int(part) if part else None for part in found.groups()[:6]]
    year, month, day, hour, minute, second = numbers
    place = datetime.strptime(found[7], "%z").tzinfo if found[7] else zone
    first = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=place)
    if month is None:
        return first, first.replace(year=first.year + 1)
    if day is None:
        return first, first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
    units = {"hours": hour, "minutes": minute, "seconds": second}
    finest = [unit for unit, number in units.items() if number is not None]
    return first, first + timedelta(**{finest[-1] if finest else "days": 1})


def computed(steps: str, moment: datetime) -> tuple[datetime, datetime]:
    rounded = None
    for sign, number, unit, floor in re.findall(r"([+-])(\d+)([smhdwMy])|/([smhdwMy])", steps):
        rounded = floor or None
        if floor:
            moment = started(moment, floor)
        elif unit in "My":
            moment = months_later(moment, int(sign + number) * (12 if unit == "y" else 1))
        else:
            shift = timedelta(seconds=int(number) * SECONDS[unit] * (1 if sign == "+" else -1))
            moment = moment + shift if unit in "dw" else (moment.astimezone(UTC) + shift).astimezone(moment.tzinfo)
    if rounded is None:
        return moment, moment
    ends = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
    if rounded in ends:
        return moment, moment + ends[rounded]
    if rounded == "w":
        return moment, moment + timedelta(days=7)
    year = moment.year + (1 if rounded == "y" or moment.month == 12 else 0)
    return moment, moment.replace(year=year, month=1 if rounded == "y" else moment.month % 12 + 1)


def months_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=years, month=month + 1, day=min(moment.day, calendar.monthrange(years, month + 1)[1]))


def started(moment: datetime, unit: str) -> datetime:
    zeros = {"second": 0, "minute": 0, "hour": 0}
    kept = {"s": 0, "m": 1, "h": 2}.get(unit, 3)
    start = moment.replace(microsecond=0, **dict(list(zeros.items())[:kept]))  # type: ignore[arg-type]
    if unit == "w":
        return start - timedelta(days=start.weekday())
    return start.replace(day=1, month=1 if unit == "y" else start.month) if unit in "My" else start


def search(pattern: str, flags: str, text: str) -> bool:
    """Whether a regex occurs; `$` is the very end, where Python would also accept the place before a last newline."""
    kinds = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
    wanted = re.NOFLAG
    for flag in flags:
        wanted |= kinds[flag]
    return re.search(pattern if "m" in flags else pattern.replace("$", r"\Z"), text, wanted) is not None
