"""The lengths of the journal's export format become text wherever blocks are cut, and each byte keeps its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.lines import RowSplitter
from logtui.lines.journal import JournalLengths

VALUES = st.lists(st.tuples(st.sampled_from([b"MESSAGE", b"_PID", b"A1"]), st.binary(max_size=300), st.booleans()))


def entry(fields: list[tuple[bytes, bytes, bool]]) -> bytes:
    lines = [b"__CURSOR=s=1\n"]
    for name, value, is_binary in fields:
        if is_binary or b"\n" in value:
            lines.append(name + b"\n" + len(value).to_bytes(8, "little") + value + b"\n")
        else:
            lines.append(name + b"=" + value + b"\n")
    return b"".join([*lines, b"\n"])


EXPORTS = st.lists(VALUES.map(entry), min_size=1, max_size=3).map(b"".join)


def with_digits(data: bytes, cuts: list[int]) -> bytes:
    lengths = JournalLengths()
    ends = [*sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parts = [lengths.feed(data[begin:end]) for begin, end in zip([0, *ends], ends, strict=False)]
    return b"".join([*parts, lengths.feed(b"", final=True)])


@given(EXPORTS, st.lists(st.integers(0, 900), max_size=12))
def test_lengths_do_not_depend_on_where_blocks_are_cut(data: bytes, cuts: list[int]) -> None:
    assert with_digits(data, cuts) == with_digits(data, [])
    assert len(with_digits(data, cuts)) == len(data)


@given(st.binary(max_size=300), st.integers(1, 400))
def test_a_length_is_written_in_digits_and_the_value_stays(value: bytes, cut: int) -> None:
    data = entry([(b"MESSAGE", value, True)])
    expected = b"__CURSOR=s=1\nMESSAGE\n" + f"{len(value):08x}".encode() + value + b"\n\n"
    assert with_digits(data, [*range(cut, len(data), cut)]) == expected


def test_other_sources_stay_as_they_are() -> None:
    data = b"__CURS\nMESSAGE\n\1\0\0\0\0\0\0\0"
    assert with_digits(data, [3]) == data
    assert [line[0] for line in RowSplitter().feed(b"MESSAGE\nabcdefgh\n")] == ["MESSAGE", "abcdefgh"]


def test_a_length_whose_bytes_are_line_ends_and_nuls_is_no_end_of_a_line() -> None:
    value = b"x" * (0x0A0D00)
    splitter = RowSplitter()
    lines = splitter.feed(entry([(b"MESSAGE", value, True), (b"_PID", b"7", False)])) + splitter.finish()
    assert [line[0][:8] for line in lines] == ["__CURSOR", "MESSAGE", "000a0d00", "_PID=7", ""]
    assert lines[-1][2] == len(b"__CURSOR=s=1\nMESSAGE\n") + 8 + len(value) + 1 + len(b"_PID=7\n")
