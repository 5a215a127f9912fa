"""A typed name means one column: core names, then aliases, then fields, exact spelling before any case."""

from __future__ import annotations

import pytest

from logtui.model.names import CORE_ALIASES, CORE_NAMES, WELL_KNOWN_FIELDS, field_column, resolve_name

COLUMNS = [*CORE_NAMES, "@level", "@pod", "@Amount", "@size", "@SIZE", "@reqId"]


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("level", "level"),
        ("@level", "@level"),
        ("severity", "level"),
        ("SEVERITY", "level"),
        ("Message", "message"),
        ("@timestamp", "timestamp"),
        ("kubernetes.pod_name", "@pod"),
        ("@pod_name", "@pod"),
        ("amount", "@Amount"),
        ("reqid", "@reqId"),
        ("SIZE", "@SIZE"),
        ("size", "@size"),
        ("Size", None),
        ("@amount", "@Amount"),
        ("@none", None),
        ("nothing", None),
    ],
)
def test_a_typed_name_means_a_column(typed: str, column: str | None) -> None:
    assert resolve_name(typed, COLUMNS) == column


def test_core_names_are_known_without_their_columns_and_fields_are_not() -> None:
    assert (resolve_name("level", []), resolve_name("LEVEL", []), resolve_name("pod", [])) == ("level", "level", None)


def test_a_column_of_a_table_that_is_no_record_frame_goes_by_its_exact_name() -> None:
    assert resolve_name("ts", ["ts", "count()"]) == "ts"
    assert resolve_name("count()", ["ts", "count()"]) == "count()"


def test_a_field_named_like_a_core_column_is_found_by_its_name_in_another_case_first() -> None:
    assert resolve_name("Level", ["level", "@Level"]) == "@Level"


def test_aliases_and_spellings_lead_to_names_that_mean_themselves() -> None:
    assert set(CORE_ALIASES.values()) <= set(CORE_NAMES)
    for path, name in WELL_KNOWN_FIELDS.items():
        assert field_column(path) == field_column(name) == f"@{name}"
