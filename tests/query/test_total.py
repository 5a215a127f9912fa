"""Whatever parses also runs: total, with an exact complement, or with an explained refusal."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.errors import QueryError
from logtui.query import check_units, fields_of, notation, parse, spans
from logtui.query.syntax.tree import Not
from tests.examples import examples
from tests.query.frames import mask, record_frame

FRAGMENTS = st.sampled_from(
    [
        *'a5:=!-+()[]{}"`/\\*?@., ',
        *("level:", "status:", "ts:", "line:", "bytes:", "ip:", "*:", "msg:", "took_ms:", ":(", ":[", ":>"),
        *(">=", "<", " AND ", " OR ", "NOT ", " TO ", "10.0.0.0/8", "::1", "last:15m", "2026-01-01", "1e999"),
        *("nan", "5MiB", "1.5s", "now-1h", "/a+/i", "/[a-", "error", "٣", "ſ", "-0", "9" * 21),
    ]
)
FRAME = record_frame(
    [
        {
            "message": "a 10.0.0.1",
            "level": "error",
            "status": "500",
            "line": 3,
            "ip": "::1",
            "format": "json",
        },
        {"timestamp": "2026-11-23T10:15:30+00:00", "took_ms": "1.5s", "status": "NaN", "bytes": 7},
        {"message": None, "raw": ""},
    ]
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(FRAGMENTS, min_size=1, max_size=9).map("".join))
def test_what_parses_also_runs(text: str) -> None:
    try:
        query = parse(text)
        tree = query.filter
        found = mask(tree, FRAME)
        check_units(tree, FRAME)
    except QueryError as error:
        assert error.message  # noqa: PT017 - a refusal is as good as an answer, if it says why
        return
    assert mask(Not(tree), FRAME) == [not one for one in found]
    assert notation(query).startswith("(")
    assert spans(tree, "a 10.0.0.1") is not None
    assert all(fields_of(query))
