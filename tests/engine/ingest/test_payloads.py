from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.payloads import packed, unpacked


@given(st.lists(st.binary(max_size=20)))
def test_texts_come_out_of_a_payload_as_they_went_in(texts: list[bytes]) -> None:
    assert unpacked(packed(texts)) == texts
