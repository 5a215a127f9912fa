"""Random aggregations get the answers that DuckDB gives to the same questions in SQL, wherever the records are kept."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import duckdb
import polars as pl
import pytest

from logtui.engine.read.options import ReadOptions
from logtui.engine.search import weighing
from logtui.engine.search.aggregations import aggregate as computing
from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.engine.search.aggregations.results import CardinalityResult, HistogramResult, StatsResult, TermsResult
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Spec, Stats, Terms
from logtui.engine.search.datasets import dataset_of_inputs
from logtui.engine.search.request import Request
from logtui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from logtui.engine.search.aggregations.results import Result
    from logtui.engine.search.dataset import Dataset

pytestmark = pytest.mark.slow

QUERIES: Final = 40
RECORDS: Final = 3_000
KINDS: Final = ("files", "stored", "union")
START: Final = datetime(2026, 3, 1, tzinfo=UTC)
SCHEMA: Final = r"""
create table record as select timestamp::timestamp as ts, level, service, message, took, size, code, client
    from read_json($path, format='newline_delimited', columns={timestamp: 'varchar', level: 'varchar',
    service: 'varchar', message: 'varchar', took: 'varchar', size: 'varchar', code: 'varchar', client: 'varchar'});
create macro seconds(text) as case
    when regexp_full_match(text, '-?[0-9.]+') then text::double
    when regexp_full_match(text, '[0-9.]+ms') then rtrim(text, 'ms')::double * 1000000 / 1000000000
    when regexp_full_match(text, '[0-9.]+s') then rtrim(text, 's')::double end;
create macro bytes(text) as case
    when regexp_full_match(text, '-?[0-9.]+') then text::double
    when regexp_full_match(text, '[0-9.]+KiB') then rtrim(text, 'KiB')::double * 1024 end;
create macro plain(text) as try_cast(nullif(text, '') as double);
"""
FILTERS: Final = (
    ("", "true"),
    ("level:error", "level = 'error'"),
    ("service:api OR service:web", "service in ('api', 'web')"),
    ("code:>=400", "plain(code) >= 400"),
    ("refused", "message like '%refused%'"),
    ("NOT level:info client:*", "level is distinct from 'info' and client is not null"),
    ("code:999", "false"),
)
NUMBERS: Final = {"took": "seconds(took)", "size": "bytes(size)", "code": "plain(code)", "service": "plain(service)"}
GROUPED: Final = ("level", "service", "code", "client", "took", "size")

Rows = list[tuple[object, ...]]


def line(chance: random.Random) -> str:
    moment = START + timedelta(seconds=chance.randrange(5 * 86_400), milliseconds=chance.randrange(1_000))
    record = {
        "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
        "level": chance.choice(("error", "warn", "info", "info", None)),
        "service": chance.choice(("api", "web", "cron", None)),
        "message": chance.choice(("connection refused", "all is well", "done")),
        "took": chance.choice((f"{chance.randrange(500)}ms", "1.5s", "0.25", "soon", None)),
        "size": chance.choice((f"{chance.randrange(1, 9)}KiB", str(chance.randrange(9_999)), "", None)),
        "code": chance.choice((200, 200, 404, 500, 2**53 + 1)),
        "client": chance.choice((*(f"client {number}" for number in range(60)), None, "Client 1")),
    }
    return json.dumps({name: value for name, value in record.items() if value is not None})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    chance = random.Random(7)
    folder = tmp_path_factory.mktemp("records")
    paths = [folder / f"{name}.jsonl" for name in ("a", "b", "c")]
    for path in paths:
        path.write_text("\n".join(line(chance) for _ in range(RECORDS // len(paths))) + "\n")
    return paths


@pytest.fixture(scope="module")
def database(files: list[Path]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    whole = files[0].parent / "all"
    whole.write_text("".join(path.read_text() for path in files))
    schema, *macros = SCHEMA.split(";")
    connection.execute(schema, {"path": str(whole)})
    for macro in macros:
        connection.execute(macro)
    return connection


@pytest.fixture(scope="module")
def datasets(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    stored, half = tmp_path_factory.mktemp("stored"), tmp_path_factory.mktemp("half")
    sealed(stored, files)
    sealed(half, files[:2])
    inputs = {"files": files, "stored": [stored], "union": [half, files[2]]}
    return {kind: dataset_of_inputs([str(path) for path in paths], ReadOptions())[0] for kind, paths in inputs.items()}


def sealed(folder: Path, files: list[Path]) -> None:
    """Write the records of each file to a segment of its own."""
    store = Store(folder, writable=True, group_rows=300)
    for path in files:
        dataset, _ = dataset_of_inputs([str(path)], ReadOptions())
        store.outline(store.seal(pl.concat(dataset.records(Request.everything()), how="diagonal_relaxed"), {}))
    store.close()


@dataclass(frozen=True)
class Question:
    """An aggregation, and what SQL says about it."""

    spec: Spec
    check: Callable[[Result, Callable[[str], Rows]], None]


def terms(chance: random.Random) -> Question:
    field, size = chance.choice(GROUPED), chance.choice((1, 3, 10, 1_000))

    def check(found: Result, ask: Callable[[str], Rows]) -> None:
        assert isinstance(found, TermsResult)
        rows = ask(f"select {field}, count(*) as n from found group by 1 order by n desc, {field}")
        known = [row for row in rows if row[0] is not None]
        assert [(term.value, term.count) for term in found.terms] == known[:size]
        assert found.other == sum(int(str(row[1])) for row in known[size:])
        assert found.missing == sum(int(str(row[1])) for row in rows if row[0] is None)

    return Question(Terms(field, size), check)


def nested(chance: random.Random) -> Question:
    field, (number, sql) = chance.choice(GROUPED[:4]), chance.choice(list(NUMBERS.items()))

    def check(found: Result, ask: Callable[[str], Rows]) -> None:
        assert isinstance(found, TermsResult)
        rows = ask(f"select {field}, count({sql}), sum({sql}) from found where {field} is not null group by 1")
        expected = {row[0]: row[1:] for row in rows}
        for term in found.terms:
            inner = term.aggregations["inner"]
            assert isinstance(inner, StatsResult)
            assert (inner.count, inner.sum) == (expected[term.value][0], near(expected[term.value][1]))

    return Question(Terms(field, 5, {"inner": Stats(number)}), check)


def histogram(chance: random.Random) -> Question:
    width = chance.choice(("15m", "1h", "6h", "1d"))
    step = {"15m": "15 minutes", "1h": "1 hour", "6h": "6 hours", "1d": "1 day"}[width]

    def check(found: Result, ask: Callable[[str], Rows]) -> None:
        assert isinstance(found, HistogramResult)
        bucket = f"time_bucket(interval '{step}', ts, '2026-01-01'::timestamp)"
        edges = f"(select min({bucket}) as low, max({bucket}) as high from found)"
        every = f"(select unnest(generate_series(low, high, interval '{step}')) as start from {edges})"
        rows = ask(f"select start, count(ts) from {every} left join found on {bucket} = start group by 1 order by 1")
        assert [(one.time.replace(tzinfo=None), one.count) for one in found.intervals] == rows
        divided = ask(f"select {bucket}, level, count(*) from found where level is not null group by all")
        counts = {(one.time.replace(tzinfo=None), name): n for one in found.intervals for name, n in one.by.items()}
        assert counts == {row[:2]: row[2] for row in divided}

    return Question(Histogram(width, by="level", size=None), check)


def statistics(chance: random.Random) -> Question:
    field, sql = chance.choice(list(NUMBERS.items()))

    def check(found: Result, ask: Callable[[str], Rows]) -> None:
        assert isinstance(found, StatsResult)
        shares = ", ".join(f"quantile_cont({sql}, {share})" for share in (0.5, 0.95, 0.99))
        plain = f"count({sql}), min({sql}), max({sql}), avg({sql}), sum({sql}), {shares}, count(*) - count({sql})"
        results = (found.count, found.min, found.max, found.avg, found.sum, found.p50, found.p95, found.p99)
        assert [*results, found.missing] == [near(cell) for cell in ask(f"select {plain} from found")[0]]

    return Question(Stats(field), check)


def cardinality(chance: random.Random) -> Question:
    field = chance.choice(GROUPED)

    def check(found: Result, ask: Callable[[str], Rows]) -> None:
        assert isinstance(found, CardinalityResult)
        rows = ask(f"select count(distinct {field}), count(*) - count({field}) from found")
        assert [(found.count, found.missing)] == rows

    return Question(Cardinality(field), check)


MAKERS: Final = (terms, nested, histogram, statistics, cardinality)


def near(cell: object) -> object:
    return pytest.approx(cell) if isinstance(cell, float) else cell


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(QUERIES))
def test_aggregations_have_the_results_that_duckdb_gives(
    kind: str, seed: int, datasets: dict[str, Dataset], database: duckdb.DuckDBPyConnection
) -> None:
    chance = random.Random(seed)
    query, where = FILTERS[seed % len(FILTERS)]
    questions = {str(place): maker(chance) for place, maker in enumerate(chance.sample(MAKERS, 3))}
    since = START + timedelta(hours=chance.randrange(48), seconds=chance.randrange(60)) if seed % 3 == 0 else None
    if since is not None:
        where = f"{where} and ts >= '{since:%Y-%m-%d %H:%M:%S}'"

    def ask(sql: str) -> Rows:
        return database.execute(f"with found as (select * from record where {where}) {sql}").fetchall()

    specs = {name: question.spec for name, question in questions.items()}
    with patch.object(weighing, "_FEW", 0), patch.object(computing, "_SETTLED_ROWS", 0):  # all is weighed and added up
        answers = [aggregate(datasets[kind], replace(Request.of(query), since=since), specs) for _ in range(3)]
    for found, (name, question) in product(answers, questions.items()):
        assert not found.is_partial
        if since is None or not isinstance(question.spec, Histogram):
            question.check(found.results[name], ask)
