"""Names that logs write for core columns are those that formats read into these columns."""

from __future__ import annotations

import re

import polars as pl
import pytest

from logtui.formats.json_keys import role_of
from logtui.model.names import CORE_ALIASES, CORE_NAMES
from logtui.model.written_columns import with_written
from logtui.model.written_names import core_written_as, key_pattern

NAMES = (
    "app",
    "applicationName",
    "syslog_identifier",
    "service.name",
    "MachineName",
    "host.name",
    "name",
    "SourceContext",
)
LEVELS = ("sev", "log_level", "log.level", "levelname", "PRIORITY")


@pytest.mark.parametrize("name", [*NAMES, *LEVELS])
def test_formats_read_the_key_into_the_column_that_answers_for_it(name: str) -> None:
    role = role_of(name)
    assert role is not None
    assert core_written_as(name) == role[0].removesuffix("_text")


@pytest.mark.parametrize("name", [*CORE_NAMES, *CORE_ALIASES, "@name", "status", "user.name", "event"])
def test_no_column_answers_for_core_names_and_other_fields(name: str) -> None:
    assert core_written_as(name) is None


def test_the_field_comes_before_the_column_whatever_its_type() -> None:
    raw = ["name=a", "logger=b Name=7", "logger=c"]
    frame = pl.DataFrame({"raw": raw, "logger": ["a", "b", "c"], "@Name": [None, 7, None]})
    assert with_written(frame, ["name", "status"])["@Name"].to_list() == ["a", "7", None]


def test_a_table_without_the_column_stays_as_it_is() -> None:
    table = pl.DataFrame({"name": ["a"], "count": [1]})
    assert with_written(table, ["name"]) is table


@pytest.mark.parametrize(
    ("name", "raw", "is_key"),
    [
        ("name", '{"name": "bob"}', True),
        ("name", "ts=1 NAME=bob", True),
        ("name", r'{"log":"{\"name\":\"bob\"}"}', True),
        ("name", "filename=x user.name=y host-name=z", False),
        ("name", "the name of it", False),
        ("app_name", '{"appName":"shop"}', True),
        ("service.name", '{"service":{"name":"shop"}}', True),
        ("service.name", '{"service.name":"shop"}', True),
    ],
)
def test_a_key_is_looked_for_in_the_raw_text(name: str, raw: str, is_key: bool) -> None:
    assert bool(re.search(key_pattern(name), raw, re.IGNORECASE)) == is_key
