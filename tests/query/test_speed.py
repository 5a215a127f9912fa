"""Reading and compiling a query is nothing that anyone waits for."""

from __future__ import annotations

import time
from datetime import UTC

import pytest

from logtui.model.record import CORE_SCHEMA
from logtui.query import compile_filter, parse
from tests.query.frames import NOW

FIELDS = ["@pod", "@case_id", "@tenant", "@status", "@path", *(f"@field{number}" for number in range(60))]
COLUMNS = [*CORE_SCHEMA, *FIELDS]


@pytest.mark.parametrize(
    "query",
    [
        "level:error timeout",
        "(pod_name:A OR case_id:abc OR tenant:company_a) level:>=warn | stats count() by level, container",
        "status:5?? -path:/health* last:15m",
        '"connection refused" (service:api* OR /time(d)? ?out/i) -level:debug',
    ],
)
def test_a_typical_query_is_read_and_compiled_within_5_ms(query: str) -> None:
    seconds(query)
    assert min(seconds(query) for _ in range(5)) < 0.005


def seconds(query: str) -> float:
    started = time.process_time()
    compile_filter(parse(query).filter, COLUMNS, now=NOW, zone=UTC)
    return time.process_time() - started
