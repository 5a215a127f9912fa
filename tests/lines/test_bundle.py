"""Documents that bundle many records are taken apart wherever blocks are cut, and each byte keeps its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.lines import MAX_LINE_BYTES, Line, LineSplitter, RowSplitter

TEXTS = st.text('a "\\{}[],é\n', max_size=6)
RECORDS = st.lists(
    st.fixed_dictionaries({"time": TEXTS}, optional={"a": st.lists(st.dictionaries(TEXTS, TEXTS, max_size=2))}),
    min_size=1,
    max_size=4,
)
HEADS = (
    '{"Records":[',
    '{ "records" : [ ',
    "[",
    '{"messageType":"DATA_MESSAGE","logGroup":"/a \\"b\\"","subscriptionFilters":["x","y"],"logEvents":[',
)


def document(head: str, records: list[dict[str, Any]], comma: str) -> str:
    tail = "]" if head == "[" else '],"nextToken":{"a":"}"}}'
    return head + comma.join(json.dumps(record, ensure_ascii=False) for record in records) + tail


DOCUMENTS = st.builds(document, st.sampled_from(HEADS), RECORDS, st.sampled_from([",", ", ", " ,\n "]))
FILES = st.lists(st.tuples(DOCUMENTS, st.sampled_from(["", "\n", "\r\n", '\n{"other":[{"time":1},{"time":2}]}\n'])))


def rows(data: bytes, cuts: list[int] = [], codec: str | None = None) -> tuple[list[Line], dict[str, int]]:  # noqa: B006
    splitter = RowSplitter(codec)
    ends = [*sorted(min(cut, len(data)) for cut in cuts), len(data)]
    lines = [line for begin, end in zip([0, *ends], ends, strict=False) for line in splitter.feed(data[begin:end])]
    return lines + splitter.finish(), splitter.skipped


@given(DOCUMENTS, FILES, st.lists(st.integers(0, 600), max_size=12))
def test_the_records_of_bundles_do_not_depend_on_where_blocks_are_cut(
    first: str, more: list[tuple[str, str]], cuts: list[int]
) -> None:
    data = "\n".join([first, *("".join(pair) for pair in more)]).encode()
    assert rows(data, cuts) == rows(data)


@given(DOCUMENTS, FILES)
def test_every_byte_of_bundles_is_in_a_line_or_counted_and_offsets_are_those_of_the_text(
    first: str, more: list[tuple[str, str]]
) -> None:
    data = "\n".join([first, *("".join(pair) for pair in more)]).encode()
    lines, skipped = rows(data)
    assert sum(size for *_, size in lines) + sum(skipped.values()) == len(data)
    assert all(data[offset:].startswith(text.encode()) for text, _, offset, _ in lines)


@pytest.mark.parametrize("head", HEADS)
@given(RECORDS)
def test_each_record_of_a_bundle_is_a_line(head: str, records: list[dict[str, Any]]) -> None:
    lines, _ = rows(document(head, records, ",").encode() + b"\n")
    assert [json.loads(text) for text, *_ in lines if text] == records
    assert {number for text, number, *_ in lines} == {1}


@given(DOCUMENTS, st.lists(st.integers(0, 600), max_size=12))
def test_columns_of_bundles_are_their_rows(text: str, cuts: list[int]) -> None:
    data = text.encode()
    splitter = LineSplitter()
    ends = [*sorted(min(cut, len(data)) for cut in cuts), len(data)]
    frames = [splitter.feed(data[begin:end]) for begin, end in zip([0, *ends], ends, strict=False)]
    found = [row for frame in (*frames, splitter.finish()) for row in frame.rows()]
    assert (found, splitter.skipped) == rows(data)


def test_a_bundle_in_utf16_has_the_records_of_the_same_in_utf8() -> None:
    data = '{"Records":[{"time":"é"},{"time":"b"}]}\n'
    lines, skipped = rows(data.encode("utf-16-le"), codec="utf-16-le")
    assert [text for text, *_ in lines if text] == ['{"time":"é"}', '{"time":"b"}']
    assert sum(size for *_, size in lines) + sum(skipped.values()) == 2 * len(data)


@pytest.mark.parametrize(
    "text",
    [
        '{"records":[{"id":1},{"id":2}],"level":"info","msg":"no record has a time"}\n',
        '{"msg":"x","records":[{"time":1},{"time":2}]}\n',
        '{"Records":[]}\n',
        '[{"id":1},{"id":2}]\n',
        '[{ok, {"time":1}}, {b}]\n',
        '{"a":1}\n{"Records":[{"time":1},{"time":2}]}\n',
    ],
)
def test_other_objects_stay_whole(text: str) -> None:
    lines, skipped = rows(text.encode())
    assert "".join(line[0] + "\n" for line in lines) == text
    assert not skipped


def test_a_broken_bundle_ends_at_its_line() -> None:
    data = b'{"Records":[{"time":1},{"time":"2\n{"Records":[{"time":3},{"time":4}]}\n'
    lines, _ = rows(data)
    assert [text for text, *_ in lines if text] == ['{"time":1}', '{"time":"2', '{"time":3}', '{"time":4}']


@pytest.mark.parametrize("block", [4096, 4 * MAX_LINE_BYTES])
def test_a_record_that_is_too_long_is_cut_and_ends_the_taking_apart(block: int) -> None:
    long = json.dumps({"time": "x" * (2 * MAX_LINE_BYTES)})
    data = f'{{"Records":[{{"time":1}},{long}]}}\n{{"Records":[{{"time":3}}]}}\n'.encode()
    lines, skipped = rows(data, [*range(0, len(data), block)])
    assert [text[:10] for text, *_ in lines if text] == ['{"time":1}', '{"time": "', '{"time":3}']
    assert sum(size for *_, size in lines) + sum(skipped.values()) == len(data)


def test_a_document_far_longer_than_a_line_may_be_is_taken_apart() -> None:
    records = [{"time": number, "text": "x" * 900} for number in range(4000)]
    lines, skipped = rows(document(HEADS[0], records, ",").encode(), [*range(0, 4_000_000, 100_000)])
    assert [json.loads(text) for text, *_ in lines] == records
    assert "long_line" not in skipped
