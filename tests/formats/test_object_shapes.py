"""Shapes match the lines whose objects have the same keys and plain values, and no other lines."""

from __future__ import annotations

import json
import re

import pytest

from logtui.formats.object_shapes import shapes_of

LINE = '{"time": "2025-07-22", "level": "info", "user": {"id": 7, "ok": true}, "ms": -1.5}'


def matches(line: str) -> bool:
    (shape,) = shapes_of([LINE])
    return re.match(shape.pattern.replace("$", r"\Z"), line) is not None


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        LINE.replace(" ", ""),
        LINE.replace("7", "null"),
        LINE.replace("true", '"caf\u00e9 {"'),
        LINE.replace('"info"', '""'),
    ],
)
def test_lines_with_the_same_keys_have_the_shape(line: str) -> None:
    assert json.loads(line)
    assert matches(line)


@pytest.mark.parametrize(
    "line",
    [
        LINE + ",",
        " " + LINE,
        LINE + LINE,
        LINE[:-1],
        LINE.replace("level", "lvl"),
        LINE.replace("7", "07"),
        LINE.replace("7", "7e3"),
        LINE.replace("7", "[7]"),
        LINE.replace("7", "{}"),
        LINE.replace("7", "1234567890123456789"),
        LINE.replace("-1.5", "-1.1234567890123456"),
        LINE.replace("info", r"in\u0066o"),
        LINE.replace("info", "in\tfo"),
        LINE.replace("info", "{a}"),
        LINE.replace("info", "[a]"),
        LINE.replace("info", " {a}"),
        LINE.replace("true", "True"),
        LINE.replace('"ms"', '"ms": 1, "ms"'),
    ],
)
def test_other_lines_have_another_shape_or_none(line: str) -> None:
    assert not matches(line)


@pytest.mark.parametrize(
    "line",
    [
        "words",
        "[1]",
        "7",
        "{}",
        '{"a": [1]}',
        '{"a": {}}',
        '{"a.b": 1, "a": {"b": 2}}',
        '{"a b": 1}',
        '{"a": {"b": {"c": {"d": 1}}}}',
        '{"message": {"text": "x"}}',
        '{"log": "x"}',
        '{"message": "x", "kubernetes": {"pod_name": "p"}}',
        '{"MESSAGE": "x", "__REALTIME_TIMESTAMP": "1"}',
        '{"@mt": "x"}',
        "[" * 100_000,
    ],
)
def test_other_objects_have_no_shape(line: str) -> None:
    assert shapes_of([line]) == []


def test_at_most_eight_shapes_are_found_the_commonest_first() -> None:
    lines = [f'{{"k{number}": 1}}' for number in range(20)]
    shapes = shapes_of([*lines, lines[7]])
    assert len(shapes) == 8
    assert shapes[0].paths == ("k7",)


def test_the_values_of_some_paths_are_captured_as_they_are_written() -> None:
    (shape,) = shapes_of([LINE])
    found = re.match(shape.capturing(["time", "user.ok"]), LINE)
    assert found is not None
    assert found.groups() == ('"2025-07-22"', "true")
