"""Adds to records what their senders do not write: the tenant, configured labels, the metadata of Kubernetes' pods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.record import field_column

if TYPE_CHECKING:
    from collections.abc import Mapping

INGEST_TIME: Final = "ingest_time"
"""The column of arrivals: UTC, nanoseconds."""

TENANT: Final = field_column("tenant")
_POD: Final = (field_column("namespace"), field_column("pod"))


class Pod(NamedTuple):
    """The name of a pod of Kubernetes."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What is added to each record; a value that the record states itself stays.

    Attributes:
        labels: Values by the name of the field.
        pods: The same for the records that name a pod and its namespace.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    pods: Mapping[Pod, Mapping[str, str]] = field(default_factory=dict)

    def apply(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add the fields.

        Args:
            records: Record frame with the column `tenant`, null where there is none.

        Returns:
            The frame with the fields and without that column. The tenant is not the sender's to state: `@tenant` is
            that of the key with which the record was sent.
        """
        records = _with_tenant(records)
        records = records.with_columns(_filled(records, name, pl.lit(text)) for name, text in self.labels.items())
        return self._with_pods(records) if self.pods and set(_POD) <= set(records.columns) else records

    def _with_pods(self, records: pl.DataFrame) -> pl.DataFrame:
        rows = [{**dict(zip(_POD, pod, strict=True)), **found} for pod, found in self.pods.items()]
        table = pl.DataFrame(rows, infer_schema_length=None).cast(pl.String)
        found = records.select(_POD).join(table, on=_POD, how="left", maintain_order="left").drop(_POD)
        known = [name for name in found.columns if found[name].null_count() < len(found)]
        return records.with_columns(_filled(records, name, found[name]) for name in known)


def _with_tenant(records: pl.DataFrame) -> pl.DataFrame:
    stated = records.drop(TENANT, strict=False)
    if stated["tenant"].null_count() == len(stated):
        return stated.drop("tenant")
    return stated.rename({"tenant": TENANT})


def _filled(records: pl.DataFrame, name: str, values: pl.Expr | pl.Series) -> pl.Expr:
    column = field_column(name)
    given = pl.lit(values) if isinstance(values, pl.Series) else values
    return (pl.coalesce(column, given) if column in records.columns else given).alias(column)
