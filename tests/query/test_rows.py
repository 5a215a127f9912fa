"""Predicates over single records find what the compiled expressions find in columns."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.errors import QueryError
from logtui.formats.rows import Reading, Record
from logtui.model.names import CORE_NAMES
from logtui.model.record import CORE_SCHEMA, WELL_KNOWN_FIELDS
from logtui.model.times import ns_of
from logtui.query import compile_filter, parse_filter
from logtui.query.regexes import flagged_regex, is_common_regex
from logtui.query.rows import predicate
from logtui.query.rows.texts import folded, regex
from tests.examples import examples
from tests.query.frames import NOW, mask, record_frame
from tests.query.samples import RECORDS, TREES
from tests.query.test_matching import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.query import Node


def record(values: Mapping[str, Any]) -> Record:
    """A record as the row reader makes it, out of what `record_frame` takes."""
    fields = {
        WELL_KNOWN_FIELDS.get(name, name): str(value)
        for name, value in values.items()
        if name not in CORE_SCHEMA and value is not None
    }
    moment = values.get("timestamp")
    get = values.get
    core = {name: get(name) for name in ("service", "host", "logger", "message")}
    reading = Reading({name: text for name, text in core.items() if text is not None}, fields)
    reading.format = get("format", "generic")
    line = (get("raw", get("message") or ""), get("line"), get("offset"), get("bytes"))
    ns = None if moment is None else ns_of(datetime.fromisoformat(moment).astimezone(UTC))
    made = Record(line, get("source"), reading, message_fields=False)  # type: ignore[arg-type]
    made.timestamp_ns = ns
    made.message = get("message")  # type: ignore[assignment]
    made.level, made.severity_text = get("level"), get("severity_text")
    return made


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def found(node: Node, values: Mapping[str, Any], zone: tzinfo = UTC) -> bool:
    return predicate(node, now=NOW, zone=zone)(record(values))


@settings(max_examples=examples(100), deadline=None)
@given(TREES, RECORDS)
def test_a_record_alone_is_found_as_in_a_frame_of_its_own(tree: Node, records: list[dict[str, Any]]) -> None:
    for values in records:
        assert [found(tree, values)] == mask(tree, record_frame([present(values)]))


@pytest.mark.parametrize(("records", "zone", "query", "expected"), cases())
def test_the_records_of_the_table_are_found(
    records: list[dict[str, Any]], zone: str, query: str, expected: list[int]
) -> None:
    tree = parse_filter(query)
    assert [n for n, values in enumerate(records, start=1) if found(tree, values, ZoneInfo(zone))] == expected


CELLS = st.one_of(
    st.text(st.sampled_from("0123456789.+-eE_ infa"), max_size=6),
    st.text(st.sampled_from("0123456789.hmsnuµdwkMiB "), max_size=7),
    st.from_regex(r"20\d\d-\d\d?-\d\d?([T ]\d\d?:\d\d?:\d\d(\.\d{1,7})?(Z|z|[+-]0\d:?\d\d)?)?", fullmatch=True),
    st.from_regex(r"(::[fF]{4}:)?(1?\d\d?|2[0-5]\d)(\.(1?\d\d?|2[0-5]\d)){3}", fullmatch=True),
    st.ip_addresses().map(str),
)
NUMBERS = ["0", "7", "-1e3", "5e300", "1.5s", "1h30m", "0.5kB", "10MiB"]
BOUNDS = st.sampled_from([*NUMBERS, "10.0.0.5", "fe80::", "2026-11-23", "2026-11-23T10:00Z", "x"])
COMPARISONS = st.one_of(
    st.builds("{}:{}{}".format, st.sampled_from(["a", "took_ms", "sent_kb"]), st.sampled_from(["", ">", "<="]), BOUNDS),
    st.builds("a:{}".format, st.sampled_from(["10.0.0.0/9", "::/1", "::ffff:10.0.0.0/104", "[0 TO 7}", "{1s TO 1h]"])),
)


@settings(max_examples=examples(100), deadline=None)
@given(COMPARISONS, CELLS)
def test_quantities_in_cells_are_read_alike(query: str, cell: str) -> None:
    values = {"a": cell, "took_ms": cell, "sent_kb": cell}
    tree = parse_filter(query)
    assert [found(tree, values)] == mask(tree, record_frame([values]))


ATOMS = ["a", "S", "é", "ſ", "-", "&&", "#", ".", r"\.", r"\d", r"\s", r"\w", r"\b", "[a-c]", r"[^\s:]"]
SIGNS = ["(", ")", "(?:", "|", "^", "$", "*", "+", "?", "*?", "{2}", "\\", "[", "]", r"\p{L}", "[[:alpha:]]"]
PARTS_OF_REGEXES = st.lists(st.sampled_from([*ATOMS, *SIGNS]), max_size=6).map("".join)


@settings(max_examples=examples(100), deadline=None)
@given(PARTS_OF_REGEXES, st.sampled_from(["", "i", "m", "s", "im"]), st.text("aASsſé0 \n.:-\x1c\xa0", max_size=6))
def test_expressions_that_are_common_mean_the_same_to_both_engines(pattern: str, flags: str, text: str) -> None:
    if is_common_regex(pattern, flags):
        wanted = pl.Series([text]).str.contains(flagged_regex(pattern, flags))[0]
        assert regex(pattern, flags)(text) == wanted


def test_rare_expressions_are_left_to_the_engine_of_the_columns() -> None:
    assert found(parse_filter(r"message:/^\p{Lu}\p{Ll}+$/"), {"message": "Été"})
    assert not found(parse_filter(r"message:/^\p{Lu}$/"), {"message": "été"})


@given(st.characters(exclude_categories=["Cs"]), st.characters(exclude_categories=["Cs"]))
def test_letters_are_the_same_in_any_case_where_the_engine_says_so(one: str, other: str) -> None:
    for left, right in ((one, other), (one, one.upper()[:1]), (one, one.lower()[:1]), (one, one.casefold()[:1])):
        wanted = pl.Series([left]).str.contains("(?i)^" + "".join(f"\\x{{{ord(right):x}}}") + "$")[0]
        assert (folded(left) == folded(right)) == wanted


@pytest.mark.parametrize("query", ["level:>=loud", "ts:>2026-13-01", "line:>5s", "line:>x", "last:15m@end"])
def test_a_value_that_its_column_cannot_hold_is_the_same_error(query: str) -> None:
    text = f"a {query}"
    with pytest.raises(QueryError) as wanted:
        compile_filter(parse_filter(text), record_frame([{}]).columns, now=NOW, zone=UTC, text=text)
    with pytest.raises(QueryError) as caught:
        predicate(parse_filter(text), now=NOW, zone=UTC, text=text)
    assert (caught.value.message, caught.value.start) == (wanted.value.message, wanted.value.start)


def test_the_core_columns_have_their_names() -> None:
    assert tuple(CORE_SCHEMA) == CORE_NAMES


def test_a_filter_needs_no_polars() -> None:
    query = "level:>=warn /^a+b/ b:x* took:>5s -c:10.0.0.0/8 last:5m"
    code = (
        "import sys, datetime; from logtui.query.rows import predicate; from logtui.query import parse_filter\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        f"predicate(parse_filter({query!r}), now=now, zone=datetime.UTC)\n"
        "assert 'polars' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
