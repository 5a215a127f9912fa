"""Lines that are made when they are needed."""

from __future__ import annotations

from functools import partial

from rich.text import Text

from logtui.tui.panes.choices import Choice
from logtui.tui.panes.lazy_choices import LazyChoices


def test_only_the_choices_that_are_asked_for_are_made() -> None:
    made: list[int] = []

    def make(number: int) -> Choice:
        made.append(number)
        return Choice(Text(str(number)))

    choices = LazyChoices([partial(make, number) for number in range(1_000)])
    assert len(choices) == 1_000
    assert made == []
    assert [choice.text.plain for choice in choices[1:3]] == ["1", "2"]
    assert choices[-1].text.plain == "999"
    assert made == [1, 2, 999]
