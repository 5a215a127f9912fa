"""At the cursor the bar offers what may come there: `^` marks the cursor, `|` ends are offers in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.query import Completion, Known, complete, parse_leniently
from tests.query.test_lenient import SIGNS

SHARES = ["p50(", "p90(", "p95(", "p99("]
VALUES = {
    "service": [("checkout", 40), ("cart service", 9), ("api", 3)],
    "level": [("info", 90), ("error", 7)],
    "status": [("500", 5), ("200", 1)],
}
KNOWN = Known(
    fields={"level": 1.0, "service": 0.9, "status": 0.2, "odd field": 0.1, "took_ms": 0.3},
    values=lambda name: VALUES.get({"svc": "service", "severity": "level"}.get(name, name), []),
)


def offered(marked: str) -> list[Completion]:
    cursor = marked.index("^")
    return complete(marked.replace("^", ""), cursor, KNOWN)


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        ("^", ["level:", "service:", "took_ms:", "status:", '"odd field":']),
        ("s^", ["service:", "status:"]),
        ("error se^ timeout", ["service:"]),
        ("-le^", ["level:"]),
        ("(o^", ['"odd field":']),
        ("A^", ["AND"]),
        ("la^", ["last:"]),
        ("last:^", ["5m", "15m", "1h", "6h", "1d", "7d"]),
        ("last:1^", ["15m", "1h", "1d"]),
        ("ts:>now^", ["now-15m", "now-1h", "now/d", "now-1d/d"]),
        ("service:^", ["checkout", '"cart service"', "api"]),
        ("svc:c^", ["checkout", '"cart service"']),
        ('svc:"car^', ['"cart service"']),
        ("level:^", ["info", "error", "fatal", "warn", "debug", "trace"]),
        ("level:>=e^", ["error"]),
        ("level:(info, e^", ["error"]),
        ("level:(info OR ^", ["info", "error", "fatal", "warn", "debug", "trace"]),
        ("status:5^", ["500"]),
        ("nosuch:^", []),
        ("service:api ^", ["level:", "service:", "took_ms:", "status:", '"odd field":']),
        ('"some phra^', []),
        ("foo | ^", ["stats", "top", "histogram", "fields", "sort", "limit", "dedup", "patterns"]),
        ("foo | st^", ["stats"]),
        (
            "| stats ^",
            ["count()", "count_distinct(", "sum(", "avg(", "min(", "max(", "median(", "rate()", *SHARES],
        ),
        ("| stats co^", ["count()", "count_distinct("]),
        ("| stats avg(to^", ["took_ms)"]),
        ("| stats count() ^", ["by", "as"]),
        ("| stats count() by se^", ["service"]),
        ("| stats count() by level, b^", ["bucket(5m)"]),
        ("| top 5 s^", ["service", "status"]),
        ("| histogram ^", ["5m", "15m", "1h", "6h", "1d", "7d"]),
        ("| histogram 5m b^", ["by"]),
        ("| histogram 5m by le^", ["level"]),
        ("| sort -to^", ["took_ms"]),
        ("| sort level ^", ["desc"]),
        ("| limit ^", []),
    ],
)
def test_what_is_offered_at_the_cursor(typed: str, offers: list[str]) -> None:
    assert [one.text for one in offered(typed)] == offers


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("error se^ timeout", "error service: timeout"),
        ("-svc:c^", "-svc:checkout"),
        ('svc:"car^', 'svc:"cart service"'),
        ("foo | st^", "foo | stats"),
        ("| stats avg(to^", "| stats avg(took_ms)"),
    ],
)
def test_a_completion_replaces_the_word_at_the_cursor(typed: str, completed: str) -> None:
    first = offered(typed)[0]
    text = typed.replace("^", "")
    assert text[: first.start] + first.text + text[first.end :] == completed


def test_completions_say_how_common_they_are() -> None:
    assert [one.detail for one in offered("service:^")] == ["40", "9", "3"]
    assert [one.detail for one in offered("s^")] == ["90%", "20%"]


@given(st.lists(st.sampled_from(SIGNS), max_size=12).map("".join), st.integers(0, 12))
def test_any_text_can_be_completed_into_something_readable(text: str, cursor: int) -> None:
    for one in complete(text, min(cursor, len(text)), KNOWN):
        assert 0 <= one.start <= one.end == min(cursor, len(text))
        parse_leniently(text[: one.start] + one.text + text[one.end :])
