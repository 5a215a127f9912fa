"""A profile of many records stays small, counts all of them, and comes back from its bytes."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from logtui.analysis import profile as profiles
from logtui.analysis.profile import STEPS, Place, Profile
from tests.analysis.test_anomalies import DISTURBED, NOW, START, frame_of, row


def test_a_profile_comes_back_from_its_bytes() -> None:
    made = Profile.of(DISTURBED, NOW)
    back = Profile.unpacked(made.packed())
    assert (back.records, back.step) == (made.records, made.step)
    for name in profiles._FRAMES:
        assert_frame_equal(getattr(back, name), getattr(made, name))


@pytest.mark.parametrize("data", [b"", b"\xc1", msgspec.msgpack.encode((1, 2))])
def test_bytes_that_are_no_profile_are_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        Profile.unpacked(data)


def test_too_many_counts_are_put_together_in_coarser_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_MAX_COUNTS", 50)
    rows = [row(second * 10, service=f"s{second % 3}") for second in range(300)]
    made = Profile.of(frame_of(rows), NOW)
    assert made.step > STEPS[0]
    assert made.counts.height <= 50
    assert made.counts["count"].sum() == 300
    assert (made.counts["bucket"] % made.step == 0).all()


def test_coarsest_buckets_are_kept_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_MAX_COUNTS", 1)
    made = Profile.of(frame_of([row(0, service=f"s{number}") for number in range(5)]), NOW)
    assert (made.step, made.counts.height) == (STEPS[-1], 5)


def test_of_too_many_users_the_light_ones_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_MAX_USERS", 20)
    light = [row(1, user=f"u{number}") for number in range(150)]
    made = Profile.of(frame_of([*light, *[row(2, user="heavy")] * 50]), NOW)
    assert dict(made.users.select("user", "count").iter_rows()) == {"heavy": 50, None: 150}


def test_of_too_many_patterns_the_severe_and_common_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_MAX_PATTERNS", 3)
    rows = [row(number, pattern=f"p{number}") for number in range(5)]
    rows += [row(9, pattern="common"), row(9, pattern="common"), row(9, pattern="bad", level="error")]
    rows += [row(9, pattern="unknown", level=None)] * 3
    assert Profile.of(frame_of(rows), NOW).patterns["pattern"].to_list() == ["bad", "common", "p0"]


def test_profiles_of_different_steps_are_merged_into_the_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = Profile.of(frame_of([row(second * 10) for second in range(20)]), NOW)
    monkeypatch.setattr(profiles, "_MAX_COUNTS", 5)
    coarse = Profile.of(frame_of([row(second * 60) for second in range(20)]), NOW)
    monkeypatch.undo()
    merged = Profile.merged([fine, coarse])
    assert merged.step == coarse.step > fine.step
    assert (merged.records, merged.counts["count"].sum()) == (40, 40)
    assert merged.counts["bucket"].n_unique() == merged.counts.height


def test_odd_records_are_counted_and_a_few_are_kept() -> None:
    future = START + timedelta(days=900)
    made = Profile.of(frame_of([row(0)] + [row(0, timestamp=future, line=number + 5) for number in range(9)]), NOW)
    assert made.odd_count("future") == 9
    assert made.odd_records("future")["line"].to_list() == [5, 6, 7]
    assert (made.odd_count("long"), made.odd_records("long").height) == (0, 0)


def test_a_place_is_whole_or_none() -> None:
    frame = pl.DataFrame({"source": ["a", None, "b"], "line": [1, 2, 3], "offset": [0, 5, 9]})
    assert Place.of_all(frame) == (Place("a", 1, 0), Place("b", 3, 9))
    assert Place.of_all(frame, most=1) == (Place("a", 1, 0),)
