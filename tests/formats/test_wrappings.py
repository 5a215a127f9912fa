"""An envelope is known by its line, in columns as one by one, whatever else it has."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.json_envelope import ENVELOPES
from logtui.formats.rows.flat import flattened
from logtui.formats.wrappings import CLOUDWATCH, JOURNALD, KUBERNETES, WRAPPINGS, Wrapping, line_of, text_of_bytes

KEYS = ["log", "message", "msg", "@message", "MESSAGE", "stream", "kubernetes", "time", "level", "@level"]
MARKS = ["__REALTIME_TIMESTAMP", "ingestionTime", "logStreamName", "docker"]
VALUES = st.sampled_from(
    ["INFO:app:up", "", '{"msg":"x"}', '{"a":1}', {"pod_name": "a"}, {"message": "in"}, {"level": "warn"}, None, "[65]"]
)


@pytest.mark.parametrize(
    ("found", "wrapping", "key"),
    [
        ({"time": "t", "log": "x"}, KUBERNETES, "log"),
        ({"log": "main", "msg": "x"}, KUBERNETES, None),
        ({"log": "x", "msg": "y", "stream": "stdout"}, KUBERNETES, "log"),
        ({"log": {"level": "warn"}, "message": "x"}, KUBERNETES, None),
        ({"log": {"level": "warn", "message": "x"}}, KUBERNETES, "log"),
        ({"message": "x", "kubernetes": {"pod": {"name": "a"}}}, KUBERNETES, "message"),
        ({"stream": "stdout", "kubernetes": {"pod_name": "a"}}, KUBERNETES, None),
        ({"@timestamp": "t", "@message": "x"}, CLOUDWATCH, "@message"),
        ({"@level": "info", "@message": "x"}, CLOUDWATCH, None),
        ({"message": "x", "ingestionTime": 7}, CLOUDWATCH, "message"),
        ({"message": "x"}, CLOUDWATCH, None),
        ({"MESSAGE": "x", "__REALTIME_TIMESTAMP": "7"}, JOURNALD, "MESSAGE"),
    ],
)
def test_a_line_is_found(found: dict[str, object], wrapping: Wrapping, key: str | None) -> None:
    place = line_of(wrapping, flattened(found))
    assert (place and place.key) == key


@given(st.lists(st.dictionaries(st.sampled_from(KEYS + MARKS), VALUES, max_size=5), min_size=1, max_size=6))
def test_columns_know_the_same_envelopes(objects: list[dict[str, object]]) -> None:
    texts = pl.Series([json.dumps(each) for each in objects])
    for envelope, wrapping in zip(ENVELOPES, WRAPPINGS, strict=True):
        reads = envelope.read(texts)["read"].to_list()
        assert reads == [line_of(wrapping, flattened(each)) is not None for each in objects]


def test_bytes_are_text() -> None:
    assert text_of_bytes("[99, 97, 102, 195, 169]") == "café"
    assert text_of_bytes("[999]") == "[999]"
    assert text_of_bytes("[1,]") == "[1,]"
