"""Objects are found wherever they stand on lines, and no character of a line is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.object_lines import FREE, INSIDE, apart, bare_element, first_object, is_element, region_of

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just('}{"a":1}'))
OBJECTS = st.dictionaries(
    st.sampled_from(["level", "msg", "time", "a b"]),
    st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.just("k"), SCALARS, max_size=1)),
    min_size=1,
)
SEPARATORS = st.sampled_from(["", " ", ",", ", ", "\t"])


@given(st.lists(OBJECTS, min_size=2, max_size=5), SEPARATORS, st.sampled_from([("", ""), ("[", "]"), ("[", "],")]))
def test_the_objects_of_a_line_come_apart_as_they_were_written(
    objects: list[dict[str, object]], separator: str, around: tuple[str, str]
) -> None:
    line = around[0] + separator.join(json.dumps(each) for each in objects) + around[1]
    pieces = apart(line)
    assert pieces is not None
    assert "".join(pieces) == line
    assert [json.loads(bare_element(piece)) for piece in pieces] == objects


@given(st.text(alphabet='{}[]",: ab\\"level', max_size=60))
def test_the_parts_of_any_line_make_up_the_line(line: str) -> None:
    pieces = apart(line)
    assert pieces is None or ("".join(pieces) == line and len(pieces) > 1)


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ('{"a":1}', None),
        ('{"a":{"b":[{"level":"x"}]}}', None),
        ('{"msg":"cut {"level":"info","msg":"whole"}', ['{"msg":"cut ', '{"level":"info","msg":"whole"}']),
        ('{"msg":"cut","ctx":{"level":"a value"}', None),
        ('{"msg":"cut","all":[{"level":"a value"}', None),
        ('{"msg":"cut {"page":7}', None),
        ('{"level":"info"}{"level":', ['{"level":"info"}', '{"level":']),
        ('words {"level":"info"}{"level":"info"}', None),
    ],
)
def test_only_records_come_apart(line: str, pieces: list[str] | None) -> None:
    assert apart(line) == pieces


@pytest.mark.parametrize(
    ("line", "element"),
    [
        ('  {"a":1}', '{"a":1}'),
        ('[{"a":1},', '{"a":1}'),
        (',{"a":1}]', '{"a":1}'),
        ("[ {WARN} ]", "[ {WARN} ]"),
        ('{"a":1} words', '{"a":1} words'),
    ],
)
def test_an_element_is_bare_of_its_array(line: str, element: str) -> None:
    assert bare_element(line) == element


def test_an_object_ends_where_its_array_does() -> None:
    assert first_object('  {"a":1},\n]') == '{"a":1}'
    assert first_object('{"a":1}\n  ],\n  "next": null\n}') == '{"a":1}'
    assert first_object('{"a":1}\nwords') is None
    assert first_object('{"a":') is None


def test_lines_lie_in_objects_and_arrays() -> None:
    lines = [
        "{",
        '  "a": [',
        "    {",
        "    }",
        "  ]",
        "}",
        "[",
        "  {",
        '    "b": 1',
        "  },",
        "  {",
        "  }",
        "]",
        "words",
    ]
    regions: list[int] = []
    above = above_that = ""
    region = FREE
    for number, line in enumerate(lines):
        region = region_of(line, above, above_that, region, is_first=number == 0)
        regions.append(region)
        above_that, above = above, line
    assert regions[:6] == [INSIDE, INSIDE, 4, 4, 4, FREE]
    assert [is_element(line, region) for line, region in zip(lines[6:], regions[6:], strict=True)] == [
        *(False, True, False, False, True, False, False, False)
    ]
