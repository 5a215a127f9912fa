from __future__ import annotations

import json

import polars as pl
import pytest

from logtui.model.masks import masked
from tests.bench.mixes import MIXES, as_array, challenge_mix, reference_mix

SAMPLE = 50_000


def parsed(lines: bytes) -> pl.DataFrame:
    return pl.read_ndjson(lines, infer_schema_length=None)


@pytest.mark.parametrize("name", list(MIXES))
def test_a_record_does_not_depend_on_its_block(name: str) -> None:
    whole = MIXES[name](0, 300).splitlines()
    assert len(whole) == 300
    assert MIXES[name](100, 50).splitlines() == whole[100:150]


def test_the_challenge_mix_is_as_described() -> None:
    lines = challenge_mix(0, SAMPLE)
    sizes = [len(line) for line in lines.splitlines()]
    assert min(sizes) >= 150
    assert max(sizes) <= 180
    records = parsed(lines)
    assert records.columns == ["timestamp", "level", "message", "service", "request_id", "duration_ms"]
    assert records["service"].n_unique() == 20
    assert records.select(masked(pl.col("message")).n_unique()).item() == 200


def test_the_reference_mix_is_as_described() -> None:
    lines = reference_mix(0, SAMPLE).splitlines()
    assert 280 <= sum(map(len, lines)) / SAMPLE <= 320
    whole = [line for line in lines if line.endswith(b"}")]
    assert 0 < len(lines) - len(whole) < SAMPLE // 1_000
    records = parsed(b"\n".join(whole))
    assert records.width >= 10
    assert records["service"].n_unique() == 300
    assert records["user_id"].n_unique() > 30_000
    assert records["trace_id"].n_unique() == len(whole)
    assert len(whole) * 0.09 < int(records["http"].is_not_null().sum()) < len(whole) * 0.11
    patterns = records.select(masked(pl.col("message")).alias("pattern"))["pattern"]
    assert 6_000 < patterns.n_unique() < 8_000
    assert len(whole) * 0.005 < int(patterns.str.contains("Traceback").sum()) < len(whole) * 0.015


def test_as_array_is_one_document() -> None:
    lines = challenge_mix(0, 5)
    assert json.loads(as_array(lines)) == [json.loads(line) for line in lines.splitlines()]
