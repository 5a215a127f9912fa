"""Fills message templates in columns of JSON fields, for records that hold a template instead of a message."""

from __future__ import annotations

import polars as pl

from logtui.formats.message_templates import TEMPLATES, Piece, Templates, pieces_of


def with_rendered_templates(fields: pl.DataFrame) -> pl.Series | None:
    """Fill the templates of records that hold a template instead of a message.

    Args:
        fields: String columns by dotted path.

    Returns:
        String, null where a record has no template or has its message; None if that is so of all.
    """
    found = [_rendered(fields, place) for place in TEMPLATES if place.template in fields.columns]
    return fields.select(message=pl.coalesce(found))["message"] if found else None


def _rendered(fields: pl.DataFrame, place: Templates) -> pl.Series:
    templates = fields[place.template]
    if place.message in fields.columns:
        templates = templates.set(fields[place.message].is_not_null(), None)
    with_holes = templates.set(~templates.str.contains_any(["{", "}}"]), None)
    messages = templates
    for template in with_holes.unique().drop_nulls().to_list():
        rows = (with_holes == template).arg_true()
        messages = messages.scatter(rows, _filled(template, fields[rows], place))
    return messages


def _filled(template: str, records: pl.DataFrame, place: Templates) -> pl.Series:
    """The messages of records of one template."""
    renderings = pl.lit(None, pl.List(pl.String))
    if place.renderings in records.columns:
        renderings = pl.col(place.renderings).str.json_decode(pl.List(pl.String))
    parts = []
    for piece in pieces_of(template):
        choices = [] if piece.rendering is None else [renderings.list.get(piece.rendering, null_on_oob=True)]
        if piece.name and place.fields + piece.name in records.columns:
            choices.append(_value(place.fields + piece.name, piece))
        parts.append(pl.coalesce(*choices, pl.lit(piece.text)))
    return records.select(pl.concat_str(parts).alias("message"))["message"]


def _value(name: str, piece: Piece) -> pl.Expr:
    """The values of a hole's field, as wide as the hole; null where there is none."""
    value = pl.when(pl.col(name) != "").then(pl.col(name))
    return value.str.pad_end(-piece.width) if piece.width < 0 else value.str.pad_start(piece.width)
