"""`logtui help` with parts, slides and what is calculated."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from logtui.cli.presentation import slides_of
from tests.cli.helpers import logtui
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from pathlib import Path

PRESENTATION = (files("logtui") / "help" / "presentation.md").read_text()
EXAMPLE = ("help", "capacity", "--rate", "20000", "--days", "7")


def test_there_are_ten_slides_that_fit_on_a_terminal() -> None:
    slides = slides_of(PRESENTATION)
    assert [slide.split(".")[0] for slide in slides] == [f"# {number}" for number in range(1, 11)]
    assert "".join(slides) == PRESENTATION
    assert all(len(slide.splitlines()) <= 21 for slide in slides)


def test_slides_go_into_a_pipe_one_by_number_or_all() -> None:
    assert logtui("help", "presentation", "4").stdout.decode() == slides_of(PRESENTATION)[3]
    assert logtui("help", "presentation").stdout.decode() == "\n".join(slides_of(PRESENTATION))


def test_a_terminal_shows_one_slide_after_the_other(tmp_path: Path) -> None:
    with terminal(tmp_path, "help", "presentation", columns=120, lines=24) as shown:
        shown.until("1/10")
        assert "# 1. " in shown.text
        shown.press("enter")
        shown.until("2/10")
        assert "# 2. " in shown.text
        assert "# 1. " not in shown.text
        shown.press("q", "enter")
        assert shown.exit_code() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("presentation", "11"), b"no slide '11' (1 to 10)"),
        (("presentation", "0"), b"no slide '0' (1 to 10)"),
        (("query", "3"), b"the page query has no parts"),
        (("query", "--rate", "5"), b"--rate and --days are for the page capacity"),
        (("nothing",), b"no page 'nothing'; there are: alerts, "),
    ],
)
def test_what_a_page_does_not_have_is_an_error(arguments: tuple[str, ...], message: bytes) -> None:
    done = logtui("help", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr


def test_the_page_on_capacity_calculates_what_is_asked() -> None:
    small, large = (logtui(*EXAMPLE[:2], "--rate", rate, "--days", "7").stdout.decode() for rate in ("20000", "200000"))
    assert "| 20,000 records a second, 7 days | small records | large records |" in small
    assert "| disk | 621 GB | 1.7 TB |" in small
    assert "| disk | 6.2 TB | 17.4 TB |" in large
    assert "{{" not in small + large


def test_the_page_without_options_shows_its_own_example() -> None:
    assert logtui("help", "capacity").stdout == logtui(*EXAMPLE).stdout
    assert f"    logtui {' '.join(EXAMPLE)}\n" in logtui("help", "capacity").stdout.decode()
