"""Replies."""

from __future__ import annotations

import pytest

from logtui.server.ingest.translated import json_reply, media_type


@pytest.mark.parametrize("header", ["application/json", "Application/JSON; charset=utf-8", " application/json ;x=y"])
def test_the_type_of_a_header_has_no_parameters(header: str) -> None:
    assert media_type(header) == "application/json"


def test_replies_in_json_have_no_blanks() -> None:
    reply = json_reply(200, {"errors": False, "items": [1, 2]}, {"X-A": "b"})
    assert (reply.body, reply.content_type) == (b'{"errors":false,"items":[1,2]}', "application/json")
    assert reply.headers == {"X-A": "b"}
