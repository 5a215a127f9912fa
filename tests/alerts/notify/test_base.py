"""Messages: their texts, their keys, their JSON."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.notify.base import (
    Dead,
    Delivered,
    Entry,
    Message,
    Outcome,
    RetryAt,
    counted,
    cut,
    delivery_key,
    heading,
    number,
    one_line,
)
from logtui.alerts.notify.targets import Slack
from tests.alerts.notify.deliveries import FIRING, NOW, RESOLVED, entry, groups


def test_a_summary_says_event_rule_group_value_and_condition() -> None:
    assert FIRING.summary == "[firing] payments fail (service=payments): 142, count > 100 in 5m"


def test_a_summary_without_a_value_has_the_condition() -> None:
    silent = msgspec.structs.replace(FIRING, event="no data", value=None, group={})
    assert silent.summary == "[no data] payments fail: count > 100 in 5m"


def test_a_message_has_at_most_five_samples() -> None:
    with pytest.raises(ValueError, match="at most 5 samples, not 6"):
        msgspec.structs.replace(FIRING, samples=("x",) * 6)


def test_samples_are_lines_of_bounded_length() -> None:
    long = msgspec.structs.replace(FIRING, samples=("one\ntwo\x1b[31m", "x" * 5_000))
    assert long.lines[0] == "one two [31m"
    assert len(long.lines[1]) == 4_096


def test_an_entry_survives_json() -> None:
    given_entry = entry(Slack(channel="#alerts"), FIRING, RESOLVED, receipts={"e1": "1.2"})
    assert msgspec.json.decode(msgspec.json.encode(given_entry), type=Entry) == given_entry


@pytest.mark.parametrize("outcome", [Delivered({"e1": "1.2"}), RetryAt(NOW, "busy"), Dead("gone")])
def test_an_outcome_survives_json(outcome: Outcome) -> None:
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome


def test_an_unknown_key_of_a_message_is_refused() -> None:
    body = msgspec.to_builtins(FIRING) | {"colour": "red"}
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.convert(body, Message)


def test_an_entry_needs_a_message() -> None:
    with pytest.raises(ValueError, match="needs a message"):
        Entry(target=Slack(channel="#a"), messages=(), from_file=True, created=NOW)


def test_a_thread_is_what_all_messages_have_in_common() -> None:
    first, second = groups(2)
    target = Slack(channel="#a")
    assert entry(target, first, second, receipts={"e0": "1", "e1": "1"}).thread == "1"
    assert entry(target, first, second, receipts={"e0": "1", "e1": "2"}).thread == ""
    assert entry(target, first, second, receipts={"e0": "1"}).thread == ""


def test_a_single_message_lends_the_delivery_its_key() -> None:
    assert delivery_key([FIRING]) == "k1"


def test_the_key_of_many_depends_on_all() -> None:
    assert delivery_key(groups(3)) == delivery_key(groups(3))
    assert delivery_key(groups(3)) != delivery_key(groups(4))


def test_a_heading_over_many_says_how_many() -> None:
    assert heading(groups(50)) == "[firing] payments fail: 50 alerts"
    other = msgspec.structs.replace(RESOLVED, rule="other")
    assert heading([FIRING, other]) == "[firing/resolved] 2 rules: 2 alerts"


@pytest.mark.parametrize(
    ("value", "text"), [(142.0, "142"), (0.25, "0.25"), (1_234_567.0, "1234567"), (0.5001, "0.5001")]
)
def test_numbers_are_written_as_people_do(value: float, text: str) -> None:
    assert number(value) == text


def test_top_values_are_one_line() -> None:
    assert counted([("a\nb", 2), ("c", 1)]) == "a b (2), c (1)"


@given(st.text())
def test_one_line_is_printable(text: str) -> None:
    found = one_line(text)
    assert found.isprintable()
    assert one_line(found) == found


@given(st.text(), st.integers(1, 20))
def test_a_cut_text_is_within_its_size(text: str, size: int) -> None:
    found = cut(text, size)
    assert len(found) <= size
    assert found == text or found.endswith("…")
