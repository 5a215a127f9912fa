"""The OpenAPI document: valid, whole, and true of a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from openapi_spec_validator import OpenAPIV31SpecValidator

from logtui.server import alerts, health, metrics
from logtui.server.ingest import ROUTERS
from logtui.server.openapi import routes
from logtui.server.search import ROUTERS as SEARCH_ROUTERS
from tests.server.openapi.documented import examples_of, make_alert
from tests.server.running import Server

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import APIRouter

UNSENT = ("GET /api/v1/tail",)
"""Its answer does not end; `logtui help api` has a test of it."""


def described(router: APIRouter) -> set[tuple[str, str]]:
    """The routes of a router that are not kept out of the document."""
    routes = [route for route in router.routes if isinstance(route, APIRoute) and route.include_in_schema]
    return {(method.lower(), route.path_format) for route in routes for method in route.methods or ()}


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    routers = (health.router, metrics.router, routes.router, alerts.router, *SEARCH_ROUTERS, *ROUTERS)
    known = {(method, path) for path, operations in document["paths"].items() for method in operations}
    assert known == set().union(*map(described, routers))


def test_each_operation_says_what_it_does_and_which_key_it_needs(document: dict[str, Any]) -> None:
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert all(each["summary"] and each["security"] and each["responses"] for each in operations)
    assert len({each["operationId"] for each in operations}) == len(operations)


def test_what_is_sent_is_described_by_the_structs_that_read_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Parameters"]["properties"]["limit"]["anyOf"][0] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 10000,
    }
    assert schemas["Parameters"]["properties"]["from"]["description"].startswith("The time from which on records count")
    assert schemas["Rule"]["required"] == ["name", "condition"]


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    operations = [each for path in document["paths"].values() for each in path.values() if "requestBody" in each]
    assert operations
    assert all(any("example" in kind for kind in each["requestBody"]["content"].values()) for each in operations)


def test_a_real_server_accepts_each_example(server: Server, document: dict[str, Any]) -> None:
    examples = [each for each in examples_of(document) if not each.name.startswith(UNSENT)]
    refused = {}
    for number, example in enumerate(examples):
        answer = example.sent(server, make_alert(server, f"alert {number}"))
        if "/acknowledge" in example.name and answer.status == 409:
            continue  # the alert, which is new, does not fire
        if not 200 <= answer.status < 300 or str(answer.status) not in example.operation["responses"]:
            refused[example.name] = answer
    assert len(examples) > len(document["paths"])
    assert refused == {}


def test_it_needs_a_key_where_reading_does(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--require-key") as closed:
        assert closed.request("GET", "/openapi.json").status == 401
        assert closed.request("GET", "/openapi.json", headers={"X-API-Key": closed.key}).status == 200
