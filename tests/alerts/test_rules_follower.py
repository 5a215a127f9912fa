"""Rules files that change while a server runs."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from logtui.alerts.conditions import Count
from logtui.alerts.file_rules import Changes
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.rules import Rule
from logtui.alerts.rules_follower import RulesFollower
from logtui.errors import AlertError
from tests.server.running import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Following:
    """A follower, and what it has said."""

    def __init__(self, path: Path | None) -> None:
        self.store = MemoryStore()
        self.failures = 0
        self.changes: list[Changes] = []
        self.problems: list[str] = []
        self.follower = RulesFollower(
            path, self._opened, on_changes=self.changes.append, on_problem=self.problems.append
        )

    def names(self) -> list[str]:
        return [kept.rule.name for kept in self.store.rules()]

    def _opened(self) -> MemoryStore:
        if self.failures:
            self.failures -= 1
            raise AlertError("the database cannot be reached")
        return self.store


@contextmanager
def following(path: Path | None) -> Iterator[Following]:
    found = Following(path)
    found.follower.start()
    try:
        yield found
    finally:
        found.follower.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(rules("a"))
    return path


def rules(*names: str) -> str:
    return "\n".join(f"[[rules]]\nname = '{name}'\ncondition = {{type = 'count', threshold = 1}}" for name in names)


def replace(path: Path, text: str) -> None:
    """Put a new file in the place of the old one, as editors do."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


def test_the_rules_are_taken_at_the_beginning(file: Path) -> None:
    with following(file) as found:
        wait_for(lambda: found.names() == ["a"])
        wait_for(lambda: found.changes == [Changes(added=1)])
    assert found.problems == []


def test_a_file_that_is_written_or_replaced_is_read_again(file: Path) -> None:
    with following(file) as found:
        wait_for(lambda: found.names() == ["a"])
        file.write_text(rules("a", "b"))
        wait_for(lambda: found.names() == ["a", "b"])
        replace(file, rules("b"))
        wait_for(lambda: found.names() == ["b"])


def test_a_link_that_points_elsewhere_is_followed(tmp_path: Path) -> None:
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "rules.toml").write_text(rules(version))
    link = tmp_path / "rules.toml"
    link.symlink_to("1/rules.toml")
    with following(link) as found:
        wait_for(lambda: found.names() == ["1"])
        (tmp_path / "new").symlink_to("2/rules.toml")
        os.replace(tmp_path / "new", link)  # noqa: PTH105 - a path follows the link
        wait_for(lambda: found.names() == ["2"])


def test_a_mistake_keeps_the_rules_of_before_and_is_told_once(file: Path) -> None:
    with following(file) as found:
        wait_for(lambda: found.names() == ["a"])
        file.write_text("[[rules]]\nname = 'a'")
        wait_for(lambda: bool(found.follower.problems))
        assert "rule 1: object missing required field `condition`" in found.follower.problems["rules"]
        assert found.names() == ["a"]
        file.write_text(rules("a", "b"))
        wait_for(lambda: found.names() == ["a", "b"])
        wait_for(lambda: not found.follower.problems)
    assert len(found.problems) == 1


def test_a_file_that_goes_and_comes_back_is_no_problem_any_more(file: Path) -> None:
    with following(file) as found:
        wait_for(lambda: found.names() == ["a"])
        away = file.rename(file.with_suffix(".away"))
        wait_for(lambda: "No such file" in found.follower.problems.get("rules", ""))
        assert found.names() == ["a"]
        away.rename(file)
        wait_for(lambda: not found.follower.problems)


def test_a_name_of_the_api_is_a_problem(file: Path) -> None:
    with following(file) as found:
        wait_for(lambda: found.names() == ["a"])
        found.store.add(Rule("mine", Count(1)), 0)
        file.write_text(rules("mine"))
        wait_for(lambda: "came by the API" in found.follower.problems.get("rules", ""))
        assert found.names() == ["a", "mine"]


def test_no_file_deletes_the_rules_of_the_file_before(file: Path) -> None:
    with following(file) as first:
        wait_for(lambda: first.names() == ["a"])
    second = Following(None)
    second.store = first.store
    second.follower.start()
    wait_for(lambda: second.names() == [])
    second.follower.close()


def test_a_store_that_fails_is_tried_again(file: Path) -> None:
    found = Following(file)
    found.failures = 1
    found.follower.start()
    wait_for(lambda: found.names() == ["a"])
    found.follower.close()
    assert found.problems == ["the database cannot be reached"]
    assert found.follower.problems == {}
