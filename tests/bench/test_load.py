"""The load proof in short, and what it counts with."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tests.bench.load.__main__ import main
from tests.bench.load.bodies import PROTOCOLS, bodies_of, column_of, numbers_in

RECORDS = 200


def numbers_sent(protocol: str, mix: str, rounds: int) -> pl.Series:
    """The numbers in bodies of JSON lines."""
    bodies = bodies_of(protocol, mix, RECORDS // 2, RECORDS)
    lines = b"".join(body.of_round(number) for body in bodies for number in range(rounds)).splitlines()
    column = column_of(protocol, mix)
    sent = pl.DataFrame({column: [json.loads(line)[column.removeprefix("@")] for line in lines]})
    return numbers_in([sent], column)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_a_loaded_server_has_every_record_exactly_once(protocol: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--protocol", protocol, "--rate", "5000", "--seconds", "3"]) == 0
    assert "refused and sent again 0" in capsys.readouterr().out or PROTOCOLS[protocol].path is None


@pytest.mark.slow
def test_a_loaded_server_has_every_sound_record_of_the_reference_mix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--mix", "reference", "--rate", "5000", "--seconds", "3"]) == 0
    assert "found 0" not in capsys.readouterr().out


def test_no_record_is_sent_twice() -> None:
    numbers = numbers_sent("tcp", "challenge", rounds=3)
    assert (len(numbers), numbers.n_unique(), numbers.null_count()) == (3 * RECORDS, 3 * RECORDS, 0)


def test_a_record_without_a_number_is_seen() -> None:
    found = numbers_in([pl.DataFrame({"message": ["r0000000a ordered", "ordered", "r0000000a again"]})], "message")
    assert found.to_list() == [10, None, 10]


def test_bodies_count_only_what_a_server_takes() -> None:
    bodies = bodies_of("http", "reference", 2_000, 4_000)
    assert all(1_900 < body.records < 2_000 for body in bodies)
