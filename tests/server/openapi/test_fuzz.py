"""Whatever is sent to a real server, it does not fail, and its answers are those of its document.

`LOGTUI_FUZZ_EXAMPLES` is how many requests each operation gets in each test.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.openapi.documented import Example, examples_of, make_alert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy
    from schemathesis import APIOperation, Case
    from schemathesis.specs.openapi.schemas import OpenApiSchema

    from tests.server.running import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0 if "LOGTUI_FUZZ_EXAMPLES" in os.environ else 120)]

TAIL = "/api/v1/tail"
"""Its answer does not end."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
thoroughly = settings(
    max_examples=int(os.environ.get("LOGTUI_FUZZ_EXAMPLES", "4")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NASTY = (*'("*|/\\[{:>-0\0', "NOT ", " OR ", "99999999999999999999", "1e400", "| sort ")
"""What queries, durations and times are made of."""

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)

schemathesis.openapi.media_type("application/x-protobuf", st.binary())
schemathesis.openapi.media_type("application/x-ndjson", st.binary() | st.text().map(str.encode))


@pytest.fixture(scope="module")
def schema(server: Server, document: dict[str, Any]) -> OpenApiSchema:
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
    return schema


def operations(schema: OpenApiSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        if found.ok().path != TAIL:
            yield found.ok()


def check(case: Case[Any], response: schemathesis.Response | httpx.Response) -> None:
    """Make sure of an answer; that a queue is full is no fault."""
    if response.status_code != 503:
        case.validate_response(response, checks=CHECKS)


def is_open_to(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> bool:
    """Whether there are such requests: without anything to state, none is wrong."""
    return mode is GenerationMode.POSITIVE or any(map(len, (operation.body, operation.query, operation.headers)))


@pytest.mark.parametrize("mode", GenerationMode)
def test_requests_made_of_the_document(server: Server, schema: OpenApiSchema, mode: GenerationMode) -> None:
    for number, operation in enumerate(each for each in operations(schema) if is_open_to(each, mode)):
        known = {"alert_id": make_alert(server, f"{mode} {number}")} if "{alert_id}" in operation.path else None

        @thoroughly
        @given(case=operation.as_strategy(generation_mode=mode, path_parameters=known))
        def send(case: Case[Any]) -> None:
            check(case, case.call(headers={"Authorization": f"Bearer {server.key}"}))

        send()


def spliced(text: str, draw: st.DrawFn, piece: SearchStrategy[str]) -> str:
    """A text with a part of it replaced."""
    start = draw(st.integers(0, len(text)))
    return text[:start] + draw(piece) + text[start + draw(st.integers(0, 8)) :]


def changed(value: Any, draw: st.DrawFn) -> Any:  # noqa: ANN401
    """A value with one of its parts, at any depth, replaced by any JSON, or a text with a part of it replaced."""
    if not value or not isinstance(value, dict | list | str) or draw(st.integers(0, 3)) == 0:
        return draw(any_json)
    if isinstance(value, str):
        return spliced(value, draw, st.text(max_size=8) | st.sampled_from(NASTY))
    place = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
    found = value.copy()
    found[place] = changed(value[place], draw)
    return found


@st.composite
def broken(draw: st.DrawFn, body: bytes) -> bytes:
    """A body that is nearly that of an example."""
    try:
        value = json.loads(body)
    except ValueError:
        return spliced(body.decode(), draw, st.text(max_size=8)).encode()
    return json.dumps(changed(value, draw)).encode()


def try_bodies(server: Server, example: Example, operation: APIOperation[Any, Any, Any, Any]) -> None:
    """Send bodies that are nearly that of an example."""

    @thoroughly
    @given(body=broken(example.body))
    def send(body: bytes) -> None:
        url = f"http://127.0.0.1:{server.port}{example.path}"
        headers = {"Authorization": f"Bearer {server.key}", **example.headers}
        case = operation.Case(body=body, media_type=example.headers["Content-Type"])
        check(case, httpx.request(example.method, url, content=body, headers=headers, timeout=60))

    send()


def test_bodies_that_are_nearly_those_of_the_examples(
    server: Server, schema: OpenApiSchema, document: dict[str, Any]
) -> None:
    for number, example in enumerate(each for each in examples_of(document) if each.body):
        path = example.path.replace("alert-123", make_alert(server, f"broken {number}"))
        operation = schema.find_operation_by_id(example.operation["operationId"])
        try_bodies(server, example._replace(path=path), operation)


@thoroughly
@given(query=st.dictionaries(st.sampled_from(["query", "from", "to", "tz", "fields", "timeout"]), st.text(max_size=20)))
def test_a_tail_begins_or_is_refused(server: Server, query: dict[str, str]) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", f"{TAIL}?{urlencode(query)}")
        assert connection.getresponse().status in (200, 400, 429)
