from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.bodies import Piece, as_utf8, pieces_of, values_of
from logtui.errors import BodyError

OBJECTS = st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=5) | st.integers() | st.none()), max_size=6)


@given(OBJECTS, st.sampled_from(["", " ", "\n", "\r\n\t", ",", " , "]), st.sampled_from([None, 1]))
def test_values_that_stand_one_behind_the_other_come_apart(
    objects: list[object], between: str, indent: int | None
) -> None:
    texts = [json.dumps(each, indent=indent) for each in objects]
    assert list(pieces_of(between.join(texts))) == [Piece(text) for text in texts]


@given(OBJECTS.filter(bool), st.sampled_from([None, 1]))
def test_the_elements_of_an_array_are_its_values(objects: list[object], indent: int | None) -> None:
    values = values_of(json.dumps(objects, indent=indent).encode())
    assert [json.loads(bytes(value)) for value in values] == objects


def test_a_text_that_is_no_value_ends_with_its_line() -> None:
    assert list(pieces_of('{"a":1}\n{"b":,}\n2')) == [
        Piece('{"a":1}'),
        Piece('{"b":,}', 5, "Expecting value"),
        Piece("2"),
    ]


def test_lines_are_values_only_if_each_begins_an_object() -> None:
    assert values_of(b'{"a":1}\n{"b":2}') == [b'{"a":1}', b'{"b":2}']
    assert values_of(b'{\n"a":1}\n{"b":2}') == [b'{\n"a":1}\n{"b":2}']


def test_an_array_with_what_json_lacks_is_split_all_the_same() -> None:
    assert values_of(b'[{"a":NaN}, [1], "x,y"]') == [b'{"a":NaN}', b"[1]", b'"x,y"']


@pytest.mark.parametrize(("array", "position"), [('["é",]', 6), ("[1 2]", 3), ("[1", 2), ("[1]x", 3)])
def test_a_broken_array_says_at_which_byte(array: str, position: int) -> None:
    with pytest.raises(BodyError) as caught:
        values_of(array.encode())
    assert caught.value.position == position


def test_a_body_becomes_valid_utf8() -> None:
    assert as_utf8("\ufeffé".encode()) == "é".encode()
    assert as_utf8(b"\xff{}") == "\ufffd{}".encode()


@pytest.mark.parametrize("depth", [5_000, 100_000])
@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('["]}",[', "]]"), (r'["\"[", {"b":[', "]}]")]
)
def test_a_value_that_is_nested_too_deep_swallows_no_other(opening: str, closing: str, depth: int) -> None:
    deep = '{"x":' + opening * depth + "1" + closing * depth + "}"
    good = '{"message":"[{"}'
    assert [piece.text for piece in pieces_of(f"{good}{deep}{good}")] == [good, deep, good]
    assert [bytes(each).decode() for each in values_of(f"[{good}, {deep},{good}]".encode())] == [good, deep, good]


def test_an_array_that_is_nested_too_deep_and_not_closed_is_refused() -> None:
    with pytest.raises(BodyError, match="nested too deep"):
        values_of(b'[{"message":"a"},' + b"[" * 100_000)
