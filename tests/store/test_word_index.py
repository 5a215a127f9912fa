"""Words with a digit in them tell which row groups may hold them."""

from __future__ import annotations

from unittest.mock import patch

import msgspec
import polars as pl
import pytest

from logtui.model.needle_words import needle_words
from logtui.store import word_index as words
from logtui.store.word_index import ANYWHERE, WordMasks, word_masks

IDS = [f"{number * 2654435761 % 2**32:08x}{number:02}" for number in range(40)]


def masks_of(messages: list[str], *, most_words: int = 16_384) -> WordMasks:
    frame = pl.DataFrame({"message": messages, "raw": messages, "format": "json", "head": ""}).with_columns(
        head=pl.lit(None, pl.String)
    )
    groups = [10] * (len(messages) // 10)
    with patch.object(words, "_MOST_WORDS", most_words):
        found = word_masks(frame, groups)
    assert found is not None
    return found


@pytest.mark.parametrize("most_words", [0, 16_384])
def test_an_id_is_found_in_its_row_group_or_block_alone(most_words: int) -> None:
    masks = masks_of([f"trace={one} done" for one in IDS], most_words=most_words)
    found = [masks.blocks(needle_words(f"trace={one} ")) for one in IDS]
    assert all(mask >> number & 1 and masks.has_blocks(number // 10, mask) for number, mask in enumerate(found))
    assert sum(mask.bit_count() for mask in found) < 60 * (masks.per_group if most_words else 1)
    assert masks.blocks(needle_words("trace=0123456789 ")) == 0


@pytest.mark.parametrize(
    ("needle", "mask"),
    [("user12345", 0b01), ("ser123", 0b11), (" user1234 ", 0b10), ("user1234", 0b11), ("1234", ANYWHERE)],
)
def test_a_part_of_a_word_is_found_and_a_whole_one_is_told_apart(needle: str, mask: int) -> None:
    masks = masks_of(["login of user12345 done"] * 10 + ["login of USER1234 done"] * 10)
    found = masks.blocks(needle_words(needle))
    assert [masks.has_blocks(group, found) for group in range(2)] == [bool(mask >> group & 1) for group in range(2)]


def test_blocks_do_not_reach_over_the_end_of_a_row_group() -> None:
    frame = pl.DataFrame({"message": [f"id=a{n:06}" for n in range(70)], "raw": "", "format": "json", "head": None})
    with patch.object(words, "_MOST_WORDS", 0):
        masks = word_masks(frame.cast({"head": pl.String}), [35, 35])
    assert masks is not None
    assert (masks.block_rows, masks.per_group) == (3, 12)
    assert all(masks.blocks(needle_words(f"=a{n:06} ")) >> n // 35 * 12 + n % 35 // 3 & 1 for n in range(70))


def test_a_filter_of_another_version_tells_nothing() -> None:
    masks = msgspec.structs.replace(masks_of(IDS, most_words=0), version="1.0")
    assert masks.blocks(needle_words(" 0123456789 ")) == ANYWHERE
