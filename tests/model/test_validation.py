"""What msgspec refuses is explained in words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from logtui.model.validation import explained


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """A value with values of most kinds."""

    number: int | None = None
    share: float = 0.0
    text: str = ""
    flag: bool = False
    names: list[str] = []
    parts: list[Part] = []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"number": "x"}, "number: expected a whole number or nothing, got a text"),
        ({"share": None}, "share: expected a number, got nothing"),
        ({"text": 1.5}, "text: expected a text, got a number"),
        ({"flag": "yes"}, "flag: expected true or false, got a text"),
        ({"names": {}}, "names: expected a list, got an object"),
        ({"names": [True]}, "names[0]: expected a text, got true or false"),
        ({"parts": [{"txt": ""}]}, "parts[0]: object contains unknown field `txt`"),
        ([], "expected an object, got a list"),
    ],
)
def test_the_place_and_the_kinds_are_named(value: Any, told: str) -> None:  # noqa: ANN401 -- as JSON holds it
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, Part)
    assert explained(refused.value) == told
