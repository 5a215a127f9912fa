"""What reading leaves open is counted, with examples, and what is usual is not reported."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.coverage import EXAMPLES, Covered, Example, Gaps, gaps_of, never_read, together
from logtui.formats.coverage_columns import coverage_of
from tests.tui.fakes import records

TIMED, LEVELLED = ("timestamp",), ("level",)


def read(*counts: tuple[str, int, tuple[str, ...]]) -> dict[str, Covered]:
    """What formats have read; each count is of a format's records that lack some columns."""
    rows = [{"format": name} | dict.fromkeys(lacking) for name, count, lacking in counts for _ in range(count)]
    return coverage_of(records(rows))["app.log"]


def counts(gaps: Gaps) -> tuple[int, int, int, int]:
    return gaps.without_time.count, gaps.without_level.count, gaps.loosely_read.count, gaps.plain.count


def test_records_without_a_time_or_a_level_are_counted_where_others_have_one() -> None:
    assert counts(gaps_of(read(("json", 7, ()), ("json", 2, TIMED), ("json", 3, LEVELLED)))) == (2, 3, 0, 0)


def test_a_format_with_few_levels_or_none_is_not_reported() -> None:
    assert counts(gaps_of(read(("access", 9, LEVELLED)))) == (0, 0, 0, 0)
    assert counts(gaps_of(read(("syslog", 4, ()), ("syslog", 5, LEVELLED)))) == (0, 0, 0, 0)
    assert counts(gaps_of(read(("json", 1, ()), ("json", 1, LEVELLED)))) == (0, 1, 0, 0)


def test_what_is_missing_of_other_formats_is_their_own_matter() -> None:
    assert counts(gaps_of(read(("json", 9, ()), ("klog", 2, ()), ("klog", 1, LEVELLED)))) == (0, 0, 0, 0)


def test_records_of_looser_formats_are_counted_beside_a_strict_one_only() -> None:
    found = read(("generic", 2, ()), ("json", 6, ()), ("plain", 3, (*TIMED, *LEVELLED)), ("priority", 1, ()))
    assert counts(gaps_of(found)) == (0, 0, 3, 3)
    assert [example.line for example in gaps_of(found).loosely_read.examples] == [1, 2, 12]
    assert counts(gaps_of(read(("generic", 9, ()), ("plain", 3, TIMED)))) == (0, 0, 0, 0)
    assert counts(gaps_of(read(("plain", 3, (*TIMED, *LEVELLED))))) == (0, 0, 0, 0)
    assert counts(gaps_of({})) == (0, 0, 0, 0)


def test_the_main_format_may_be_a_named_one() -> None:
    found = read(("json", 1, ()), ("generic", 9, ()))
    assert counts(gaps_of(found)) == (0, 0, 0, 0)
    assert counts(gaps_of(found, "json")) == (0, 0, 9, 0)


def test_what_no_record_has_is_named_but_not_of_plain_lines() -> None:
    assert never_read(read(("json", 2, LEVELLED)), "json") == ("level",)
    assert never_read(read(("json", 2, LEVELLED), ("json", 1, TIMED)), "json") == ()
    assert never_read(read(("plain", 2, (*TIMED, *LEVELLED))), "plain") == ()
    assert never_read({}, "json") == ()


def test_examples_are_the_first_lines_of_the_first_records_cut() -> None:
    rows = [{"raw": f"{number} {'x' * 300}\nmore", "level": None} for number in range(5)]
    found = coverage_of(records([*rows, *[{}] * 5]))["app.log"]
    assert gaps_of(found).without_level.examples == tuple(
        Example(number + 1, f"{number} {'x' * 198}") for number in range(EXAMPLES)
    )


def test_sources_are_judged_apart() -> None:
    found = coverage_of(records([{"source": "a", "format": "json"}, {"source": "b", "format": "generic"}]))
    assert {source: counts(gaps_of(each)) for source, each in found.items()} == {"a": (0,) * 4, "b": (0,) * 4}


ROWS = st.lists(
    st.fixed_dictionaries(
        {"format": st.sampled_from(["json", "generic", "plain"]), "level": st.sampled_from(["info", None])}
    ),
    min_size=1,
)


@given(ROWS, st.integers(0, 20))
def test_parts_together_are_the_whole(rows: list[dict[str, str | None]], cut: int) -> None:
    whole = records(rows)
    parts = [coverage_of(part).get("app.log", {}) for part in (whole[:cut], whole[cut:])]
    assert together(parts) == coverage_of(whole)["app.log"]
