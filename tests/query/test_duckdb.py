"""Random questions get the answers that DuckDB gives to the same questions in SQL."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl
import pytest

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from tests.query.test_pipes import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

Row = tuple[object, ...]
QUERIES: Final = 300
RECORDS: Final = 400
FRAMES: Final = 3
LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal")
EDGE: Final = 2**53
CLOCK_CHANGES: Final = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
MIXED: Final[tuple[object, ...]] = (
    *range(-4, 9), 0.5, 2.25, -1.5, "3", "07", "abc", "Abc", "", True, None, [], [1, 5], ["abc", 2, None], [[6], "x"],
)  # fmt: skip
LARGE: Final[tuple[object, ...]] = (
    *range(EDGE - 2, EDGE + 4), *range(-EDGE - 2, -EDGE + 2), str(EDGE + 1), str(EDGE - 1), 2**62 + 1, 7, None,
)  # fmt: skip
GROUPS: Final[tuple[object, ...]] = ("a", "B", "b", "", "two words", 12, None, False, ["a", "b"])
NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
WORDS: Final = ("refused", "timeout", "Timed out", "ok")
SCHEMA: Final = """
create table record as
    select i, "when"::timestamp as ts, level, message, doc from read_json($path, format='newline_delimited',
    columns={i: 'bigint', "when": 'varchar', level: 'varchar', message: 'varchar', doc: 'json'});
create macro cell(doc, name) as doc ->> ('$.' || name);
create macro number(text) as try_cast(nullif(trim(text), '') as decimal(38, 4));
create macro is_plain(text) as regexp_full_match(text, '-?(0|[1-9][0-9]*)(\\.[0-9]+)?');
create macro rank(level) as list_position(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], level);
create macro berlin_day(moment) as date_trunc('day', moment + to_hours(case
    when moment >= '2026-03-29 01:00'::timestamp and moment < '2026-10-25 01:00'::timestamp then 2 else 1 end));
create macro shown(clock) as clock - to_hours(case
    when clock >= '2026-03-29 03:00'::timestamp and clock < '2026-10-25 03:00'::timestamp then 2 else 1 end);
create table scalar as with recursive within(i, name, value) as (
    select i, name, json_extract(doc, '$.' || name) from record, unnest(json_keys(doc)) as keys(name)
    union all
    select i, name, unnest(from_json(value, '["json"]')) from within where json_type(value) = 'ARRAY'
) select i, name, value ->> '$' as text from within where json_type(value) not in ('ARRAY', 'NULL');
"""


@dataclass(frozen=True)
class Asked:
    """A question in both languages, and whether its rows have an order."""

    text: str
    sql: str
    places: tuple[int, ...] = ()


def records(chance: random.Random) -> list[dict[str, object]]:
    return [record(chance, place) for place in range(RECORDS)]


def record(chance: random.Random, place: int) -> dict[str, object]:
    change = CLOCK_CHANGES[place * 2 // RECORDS]
    moment = change + timedelta(minutes=chance.randint(-3600, 3600), milliseconds=chance.randrange(1000))
    values = {"n": MIXED, "big": LARGE, "g": GROUPS, "tags": ([], ["a"], ["a", "b"], [3, "A"], None)}
    fields = {name: chance.choice(kinds) for name, kinds in values.items() if chance.random() < 0.9}
    time = {"time": moment.isoformat().replace("+00:00", "Z")} if chance.random() < 0.97 else {}
    return {**time, "level": chance.choice(LEVELS), "message": chance.choice(WORDS), "i": place, **fields}


def in_table(one: dict[str, object]) -> dict[str, object]:
    """The row of a record in DuckDB's table: its fields stay JSON, so that it knows no more types than a log does."""
    fields = {name: value for name, value in one.items() if name in ("i", "n", "big", "g", "tags")}
    core = {name: one[name] for name in ("i", "level", "message")}
    return {**core, "when": one.get("time"), "doc": fields}


@pytest.fixture(scope="module")
def made() -> list[dict[str, object]]:
    return records(random.Random(20))


@pytest.fixture(scope="module")
def database(
    made: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("duckdb") / "rows.jsonl"
    path.write_text("".join(json.dumps(in_table(one)) + "\n" for one in made))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(SCHEMA.replace("$path", f"'{path}'"))
        yield connection


@pytest.fixture(scope="module")
def frames(made: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory) -> list[pl.DataFrame]:
    path = tmp_path_factory.mktemp("logtui") / "app.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in made))
    reader = Reader([str(path)], ReadOptions())
    whole = pl.concat(list(final_frames(reader.batches())), how="diagonal_relaxed").sort("line")
    reader.close()
    return [whole[first : first + RECORDS // FRAMES] for first in range(0, RECORDS, RECORDS // FRAMES)]


def any_scalar(field: str, condition: str) -> str:
    return f"exists (from scalar where scalar.i = record.i and name = '{field}' and ({condition}))"


def has(field: str) -> str:
    return f"cell(doc, '{field}') is not null"


def bound(chance: random.Random, field: str) -> str:
    return str(chance.choice((EDGE - 1, EDGE, EDGE + 1, -EDGE - 1, 7) if field == "big" else (-2, 0, 1.5, 3, 6)))


def comparison(chance: random.Random) -> tuple[str, str]:
    field, op = chance.choice(("n", "big", "tags")), chance.choice((">", ">=", "<", "<="))
    value = bound(chance, field)
    return f"{field}:{op}{value}", any_scalar(field, f"number(text) {op} {value}")


def in_range(chance: random.Random) -> tuple[str, str]:
    field = chance.choice(("n", "big"))
    low, high = sorted((bound(chance, field), bound(chance, field)), key=Decimal)
    opening, closing = chance.choice("[{"), chance.choice("]}")
    above, below = ">=" if opening == "[" else ">", "<=" if closing == "]" else "<"
    ends = f"number(text) {above} {low} and number(text) {below} {high}"
    return f"{field}:{opening}{low} TO {high}{closing}", any_scalar(field, ends)


def open_range(chance: random.Random) -> tuple[str, str]:
    value = bound(chance, "big")
    return f"big:[{value} TO *]", any_scalar("big", f"number(text) >= {value}")


def same_number(chance: random.Random) -> tuple[str, str]:
    field = chance.choice(("n", "big"))
    value = bound(chance, field).removeprefix("-")
    return f"{field}:{value}", any_scalar(field, f"is_plain(text) and number(text) = {value}")


def same_text(chance: random.Random) -> tuple[str, str]:
    field, value = chance.choice(
        (("n", "abc"), ("n", "07"), ("g", "a"), ("g", "two words"), ("tags", "a"), ("n", "true"))
    )
    return f'{field}:"{value}"', any_scalar(field, f"lower(text) = '{value}'")


def same_case(chance: random.Random) -> tuple[str, str]:
    field, value = chance.choice((("n", "Abc"), ("g", "b"), ("tags", "A"), ("n", "3")))
    return f"{field}:={value}", any_scalar(field, f"text = '{value}'")


def glob(chance: random.Random) -> tuple[str, str]:
    field, value = chance.choice((("g", "two*"), ("g", "?"), ("g", "*o*"), ("n", "a?c")))
    pattern = value.replace("*", "%").replace("?", "_")
    return f"{field}:{value}", any_scalar(field, f"text ilike '{pattern}'")


def one_of(chance: random.Random) -> tuple[str, str]:
    words = chance.sample(("a", "b", "false", "nowhere"), 2)
    listed = ", ".join(f"'{word}'" for word in words)
    return f"g:({','.join(words)})", any_scalar("g", f"lower(text) in ({listed})")


def present(chance: random.Random) -> tuple[str, str]:
    field = chance.choice(("n", "big", "g", "tags"))
    return f"{field}:*", has(field)


def missing(chance: random.Random) -> tuple[str, str]:
    field = chance.choice(("n", "big", "g", "tags"))
    return f"-{field}:*", f"not {has(field)}"


def leveled(chance: random.Random) -> tuple[str, str]:
    op, level = chance.choice((">=", "<", ">", "<=")), chance.choice(LEVELS)
    return f"level:{op}{level}", f"rank(level) {op} rank('{level}')"


def worded(chance: random.Random) -> tuple[str, str]:
    word = chance.choice(("time", "out", "REFUSED", "nothing"))
    return word, f"message ilike '%{word}%'"


def timed(chance: random.Random) -> tuple[str, str]:
    op = chance.choice((">=", "<"))
    moment = chance.choice(CLOCK_CHANGES) + timedelta(hours=chance.randint(-30, 30))
    return f"ts:{op}{moment:%Y-%m-%dT%H:%MZ}", f"coalesce(ts {op} {instant(moment)}, false)"


def instant(moment: datetime) -> str:
    return f"timestamp '{moment:%Y-%m-%d %H:%M}'"


LEAVES: Final = (
    comparison, in_range, open_range, same_number, same_text, same_case, glob, one_of, present, missing, leveled,
    worded, timed,
)  # fmt: skip


def condition(chance: random.Random, depth: int = 2) -> tuple[str, str]:
    shape = chance.random() if depth else 0
    if shape < 0.5:
        return chance.choice(LEAVES)(chance)
    text, sql = condition(chance, depth - 1)
    if shape < 0.65:
        return f"NOT ({text})", f"not ({sql})"
    other_text, other_sql = condition(chance, depth - 1)
    word = "OR" if shape < 0.82 else "AND"
    return f"(({text}) {word} ({other_text}))", f"(({sql}) {word} ({other_sql}))"


def rows_found(_: random.Random, text: str, where: str) -> Asked:
    return Asked(f"{text} | fields i", f"select i from record where {where} order by i")


def statistics(chance: random.Random, text: str, where: str) -> Asked:
    field, group = chance.choice(("n", "big")), chance.choice(("g", "level", "tags", "n"))
    key = "level" if group == "level" else f"cell(doc, '{group}')"
    value = f"cell(doc, '{field}')"
    asked = (
        f"{text} | stats count() as c, count({field}) as p, sum({field}) as s, min({field}) as l, max({field}) as h, "
        f"avg({field}) as m, count_distinct({field}) as d by {group}"
    )
    number = f"number({value})"
    columns = (
        f"{key} as k, count(*), count({value}), sum({number}), min({number}), max({number}), "
        f"sum({number})::double / count({number}), count(distinct {value})"
    )
    sql = f"select {columns} from record where {where} group by k order by 2 desc, k nulls last"
    return Asked(asked, sql)


def whole(chance: random.Random, text: str, where: str) -> Asked:
    field = chance.choice(("n", "big"))
    value = f"cell(doc, '{field}')"
    sql = f"select count(*), sum(number({value})), max(number({value})) from record where {where}"
    return Asked(f"{text} | stats count() as c, sum({field}) as s, max({field}) as h", sql)


def commonest(chance: random.Random, text: str, where: str) -> Asked:
    field, most = chance.choice(("g", "n", "tags")), chance.randint(1, 6)
    sql = (
        f"select cell(doc, '{field}') as k, count(*) as c, round(c * 100 / sum(c) over (), 2) from record "
        f"where {where} group by k order by c desc, k nulls last limit {most}"
    )
    return Asked(f"{text} | top {most} {field}", sql)


def in_order(chance: random.Random, text: str, where: str) -> Asked:
    field, sign = chance.choice(("n", "big", "g")), chance.choice(("", "-"))
    most, direction = chance.randint(1, 60), "desc" if sign else "asc"
    value = f"cell(doc, '{field}')"
    sql = (
        f"select i, {value} from record where {where} order by number({value}) {direction} nulls last, "
        f"{value} {direction} nulls last, i limit {most}"
    )
    return Asked(f"{text} | sort {sign}{field}, i | limit {most} | fields i, {field}", sql)


def first_of_each(chance: random.Random, text: str, where: str) -> Asked:
    fields = chance.sample(("n", "g", "tags", "level"), chance.randint(1, 2))
    keys = ", ".join("level" if field == "level" else f"cell(doc, '{field}')" for field in fields)
    sql = (
        f"select i from record where {where} qualify row_number() over (partition by {keys} order by i) = 1 order by i"
    )
    return Asked(f"{text} | dedup {', '.join(fields)} | fields i", sql)


def over_time(chance: random.Random, text: str, where: str) -> Asked:
    width, by_level = chance.choice(("1h", "3h", "1d")), chance.random() < 0.4
    starts = {
        "1h": "generate_series(shown(day), shown(day + interval 1 day) - interval 1 second, interval 1 hour)",
        "3h": "list_transform(range(0, 24, 3), lambda hour: shown(day + to_hours(hour::int)))",
        "1d": "[shown(day)]",
    }[width]
    change = chance.choice(CLOCK_CHANGES)
    near = f"ts >= {instant(change - timedelta(days=2))} and ts < {instant(change + timedelta(days=2))}"
    group = "level" if by_level else "null"
    sql = f"""
        with found as (select ts, {group} as k from record where ({where}) and {near}),
        day as (select distinct berlin_day(ts) + to_days(later::int) as day from found, range(6) as days(later)),
        start as (select unnest({starts}) as start from day),
        edge as (select start, lead(start) over (order by start) as next from start),
        seen as (select * from edge where next > (select min(ts) from found) and start <= (select max(ts) from found)),
        cross_ as (select start, next, k from seen, (select distinct k from found))
        select start, {"cross_.k," if by_level else ""} count(ts) as c from cross_
        left join found on ts >= start and ts < next and found.k is not distinct from cross_.k
        group by start, cross_.k order by start, c desc, cross_.k
    """
    first, last = (f"{change + timedelta(days=days):%Y-%m-%dT%H:%MZ}" for days in (-2, 2))
    return Asked(f"({text}) ts:>={first} ts:<{last} | histogram {width}{' by level' if by_level else ''}", sql)


KINDS: Final[tuple[Callable[[random.Random, str, str], Asked], ...]] = (
    rows_found, rows_found, rows_found, statistics, statistics, whole, commonest, in_order, first_of_each, over_time,
)  # fmt: skip


def question(seed: int) -> Asked:
    chance = random.Random(seed)
    return KINDS[seed % len(KINDS)](chance, *condition(chance))


def rows_of(frames: list[pl.DataFrame]) -> Iterator[Row]:
    return (row for frame in frames for row in frame.iter_rows())


def plain(cell: object) -> object:
    """A cell without the types of either program: integers and fractions are numbers, JSON has no spaces."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC)
    if isinstance(cell, str) and cell.startswith("["):
        return json.dumps(json.loads(cell), separators=(",", ":"))
    is_number = isinstance(cell, int) or (isinstance(cell, str | Decimal) and NUMBER.fullmatch(str(cell)))
    return Decimal(str(cell)) if is_number else cell


def is_same(found: object, expected: object) -> bool:
    """Whether two cells are equal; what is no integer, but for its last digits."""
    if isinstance(found, float) or isinstance(expected, float):
        return found == pytest.approx(float(str(expected)), rel=1e-12)
    return found == expected


@pytest.mark.parametrize("asked", [pytest.param(question(seed), id=str(seed)) for seed in range(QUERIES)])
def test_a_question_has_the_answer_that_duckdb_gives(
    asked: Asked, frames: list[pl.DataFrame], database: duckdb.DuckDBPyConnection
) -> None:
    found = [tuple(map(plain, row)) for row in rows_of(answer(asked.text, frames, "Europe/Berlin"))]
    expected = [tuple(map(plain, row)) for row in database.execute(asked.sql).fetchall()]
    assert len(found) == len(expected), asked.text
    for one, other in zip(found, expected, strict=True):
        assert all(map(is_same, one, other)), (asked.text, one, other)
