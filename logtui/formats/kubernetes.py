"""The JSON envelope that container log agents write: the inner line in `log`, the pod around it.

Fluent Bit, Fluentd, the CloudWatch agent and Docker's json-file driver share it (Docker documentation, "JSON File
logging driver"; Fluent Bit documentation, "Kubernetes filter").
"""

from __future__ import annotations

import polars as pl

from logtui.formats.base import nothing_read, with_payload
from logtui.formats.json_lines import Decoded, decode, named
from logtui.formats.rules import DOCKER_PIECE


class Kubernetes:
    """Container logs in a JSON envelope; the inner line is read again."""

    name = "kubernetes"
    headed = False
    samples = (
        '{"time":"2025-10-07T16:00:00.026Z","stream":"stderr","log":"INFO:app.main:Resolved tenant: company_a",'
        '"kubernetes":{"pod_name":"api-7f9c","namespace_name":"prod","container_name":"api","host":"ip-10-0-0-8"}}',
        '{"log":"2025-10-07 16:00:00,026 - app.db - ERROR - timed out\\n","stream":"stdout",'
        '"time":"2025-10-07T16:00:00.1Z"}',
    )

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a JSON object with an inner line and the container's metadata."""
        decoded = decode(texts)
        if decoded is None:
            return nothing_read(len(texts))
        payload = _payload(decoded.fields)
        if payload is None:
            return nothing_read(len(texts))
        is_envelope = payload.is_not_null()
        envelope = decoded.fields.drop([key for key in ("log", "message", "msg") if key in decoded.fields.columns])
        envelope = envelope.with_columns(pl.when(is_envelope).then(pl.all()))
        reading = named(Decoded(is_envelope, envelope))
        line = payload.str.strip_chars_end("\r\n")
        piece = pl.when((payload.str.len_bytes() >= DOCKER_PIECE) & ~payload.str.ends_with("\n")).then(pl.lit("P"))
        return with_payload(reading.with_columns(partial=piece), line)


def _payload(fields: pl.DataFrame) -> pl.Series | None:
    """The inner line of each envelope; None if there is no envelope."""
    pod = [name for name in fields.columns if name.startswith(("kubernetes.", "docker."))]
    marks = pod + [name for name in ("stream",) if name in fields.columns]
    inner = [name for name in ("log", "message", "msg") if name in fields.columns]
    if not marks or not inner:
        return None
    marked = pl.any_horizontal(pl.col(marks).is_not_null())
    lines = pl.col("log") if "log" in inner else pl.lit(None, pl.String)
    if pod:
        marked_by_pod = pl.any_horizontal(pl.col(pod).is_not_null())
        lines = pl.coalesce(lines, *(pl.when(marked_by_pod).then(pl.col(name)) for name in inner))
    return fields.select(payload=pl.when(marked).then(lines))["payload"]
