"""Columns of JSON fields -> the messages of records that hold a template instead."""

from __future__ import annotations

import polars as pl

from logtui.formats.message_templates import MESSAGE_KEY, RENDERINGS_KEY, TEMPLATE_KEY, pieces_of


def with_rendered_templates(fields: pl.DataFrame) -> pl.Series | None:
    """The messages of records that hold a template instead.

    Args:
        fields: String columns by dotted path.

    Returns:
        String, null where a record has no template or has its message; None if that is so of all.
    """
    if TEMPLATE_KEY not in fields.columns:
        return None
    templates = fields[TEMPLATE_KEY]
    if MESSAGE_KEY in fields.columns:
        templates = templates.set(fields[MESSAGE_KEY].is_not_null(), None)
    with_holes = templates.set(~templates.str.contains_any(["{", "}}"]), None)
    messages = templates
    for template in with_holes.unique().drop_nulls().to_list():
        rows = (with_holes == template).arg_true()
        messages = messages.scatter(rows, _filled(template, fields[rows]))
    return messages


def _filled(template: str, records: pl.DataFrame) -> pl.Series:
    """The messages of records of one template."""
    renderings = pl.lit(None, pl.List(pl.String))
    if RENDERINGS_KEY in records.columns:
        renderings = pl.col(RENDERINGS_KEY).str.json_decode(pl.List(pl.String))
    parts = []
    for text, name, rendering in pieces_of(template):
        choices = [] if rendering is None else [renderings.list.get(rendering, null_on_oob=True)]
        if name in records.columns:
            choices.append(pl.when(pl.col(name) != "").then(pl.col(name)))
        parts.append(pl.coalesce(*choices, pl.lit(text)))
    return records.select(pl.concat_str(parts).alias("message"))["message"]
