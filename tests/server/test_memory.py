from __future__ import annotations

import pytest

from logtui.server.memory import BodyMemory
from logtui.server.problems import ProblemError


def test_bodies_together_have_a_bound_and_give_their_bytes_back() -> None:
    memory = BodyMemory(100)
    with memory.counted() as first:
        first(60)
        with memory.counted() as second:
            second(40)
            with pytest.raises(ProblemError, match="too many large requests") as refused:
                first(1)
            assert refused.value.status == 429
        first(40)
    with memory.counted() as third:
        third(100)
