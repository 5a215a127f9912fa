from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.ingest.enrich import Enrichment, Pod

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def records(columns: Mapping[str, Sequence[str | None]]) -> pl.DataFrame:
    return pl.DataFrame(columns).with_columns(tenant=pl.lit(None, pl.String))


def test_labels_fill_what_records_do_not_state() -> None:
    frame = records({"message": ["a", "b"], "@site": ["own", None]})
    found = Enrichment(labels={"site": "x", "rack": "7"}).apply(frame)
    assert found.select("@site", "@rack").rows() == [("own", "7"), ("x", "7")]
    assert "tenant" not in found.columns


def test_the_tenant_is_that_of_the_key_whatever_the_record_states() -> None:
    frame = records({"message": ["a", "b"], "@tenant": ["forged", "forged"]})
    sent = frame.with_columns(tenant=pl.Series(["acme", None]))
    assert Enrichment().apply(sent)["@tenant"].to_list() == ["acme", None]
    assert Enrichment().apply(frame).columns == ["message"]


def test_pods_get_their_labels_by_namespace_and_name() -> None:
    pods = {
        Pod("prod", "api-1"): {"kubernetes.labels.team": "red", "kubernetes.node": "n1"},
        Pod("test", "api-1"): {"kubernetes.labels.team": "blue"},
        Pod("prod", "unused"): {"kubernetes.labels.other": "z"},
    }
    frame = records({"@namespace": ["prod", "test", None, "prod"], "@pod": ["api-1", "api-1", "api-1", "gone"]})
    found = Enrichment(pods=pods).apply(frame)
    assert found["@kubernetes.labels.team"].to_list() == ["red", "blue", None, None]
    assert found["@kubernetes.node"].to_list() == ["n1", None, None, None]
    assert "@kubernetes.labels.other" not in found.columns


def test_records_without_pods_stay_as_they_are() -> None:
    frame = records({"message": ["a"]})
    assert Enrichment(pods={Pod("prod", "api-1"): {"team": "red"}}).apply(frame).columns == ["message"]
