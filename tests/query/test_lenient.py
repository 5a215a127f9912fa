"""The lenient parser makes sense of what is still being typed, and of anything else."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import QueryError
from logtui.query import canonical, parse, parse_leniently
from tests.query.test_canonical import texts

SIGNS = [
    *"()[]{}\"`'/\\*?:=<>!+-|&,.@# \n",
    "AND",
    " OR ",
    "NOT ",
    " TO ",
    "| stats ",
    "count()",
    " by ",
    "level:",
    "/x/",
    "\x00",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('error "conn', "error conn"),
        ("(a OR b", "a OR b"),
        ("a OR", "a"),
        ("OR a", "a"),
        ("a AND AND b", "a b"),
        ("level:(err", "level:err"),
        ("level:(err,", "level:err"),
        ("level:", '"level:"'),
        ("a level:>", "a"),
        ("a)", "a"),
        ("status:[500 TO", "status:\\[500 TO"),
        ("NOT", "*"),
        ("()", "*"),
        ("a (", "a"),
        ("/[/ b", '"/[/" b'),
        ("ip:10.0.0.0/33 b", '"ip:10.0.0.0/33" b'),
        ("C:\\", '"C:\\\\"'),
        ("a | sta", "a"),
        ("a | stats count() by", "a"),
        ("a | stats count() by level | so", "a | stats count() by level"),
        ("(a | stats count()", "a | stats count()"),
        ("`raw", "raw"),
        ("a\x00b", "*"),
    ],
)
def test_what_is_half_typed_is_read_as_far_as_it_makes_sense(typed: str, meant: str) -> None:
    query, error = parse_leniently(typed)
    assert canonical(query) == meant
    assert (error is None) == (typed == "level:")


@pytest.mark.parametrize("text", [text for text in texts() if not text.startswith("#")])
def test_what_the_strict_parser_takes_the_lenient_one_takes_alike(text: str) -> None:
    assert parse_leniently(text) == (parse(text), None)


@given(st.lists(st.sampled_from(SIGNS), max_size=25).map("".join))
def test_any_text_is_read_and_faults_are_told(text: str) -> None:
    query, error = parse_leniently(text)
    assert (error is None) == is_query(text)
    assert parse(canonical(query)) == query


def is_query(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True


@pytest.mark.slow
def test_ten_thousand_random_and_mutated_texts_raise_nothing_but_query_errors_each_within_50_ms() -> None:
    chance = random.Random(7)
    known = texts()
    parse("the parser is built once")
    tried = [mutated(chance, chance.choice(known)) if chance.random() < 0.8 else noise(chance) for _ in range(10_000)]
    slow = [text for text in tried if seconds(text) > 0.05]
    assert [text for text in slow if min(seconds(text) for _ in range(3)) > 0.05] == []


def seconds(text: str) -> float:
    started = time.process_time()
    is_query(text)
    return time.process_time() - started


def mutated(chance: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(chance.randint(1, 6)):
        place = chance.randint(0, len(letters))
        change = chance.choice(["insert", "drop", "double"])
        if change == "insert":
            letters.insert(place, chance.choice(SIGNS))
        elif change == "drop":
            del letters[place : place + 1]
        else:
            letters[place:place] = letters[max(0, place - 5) : place]
    return "".join(letters)


def noise(chance: random.Random) -> str:
    return "".join(
        chr(chance.choice([chance.randint(0, 127), chance.randint(0, 0x10FFFF)])) for _ in range(chance.randint(0, 80))
    )
