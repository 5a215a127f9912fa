from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from logtui.server.counts import Latency


def samples(latency: Latency) -> dict[str, float]:
    (metric,) = latency.collect()
    return {sample.labels.get("quantile", sample.name): sample.value for sample in metric.samples}


def test_quantiles_are_those_of_the_newest_4096() -> None:
    latency = Latency()
    for number in range(10_000):
        latency.observe(number)
    found = samples(latency)
    assert (found["0.5"], found["0.99"]) == (10_000 - 4_096 + 2_047, 10_000 - 4_096 + 4_055)
    assert found["ingestion_latency_seconds_count"] == 10_000
    assert found["ingestion_latency_seconds_sum"] == sum(range(10_000))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300))
def test_a_quantile_is_the_least_value_that_enough_others_do_not_exceed(seconds: list[float]) -> None:
    latency = Latency()
    for each in seconds:
        latency.observe(each)
    for quantile in (0.5, 0.9, 0.99):
        value = samples(latency)[str(quantile)]
        assert sum(each <= value for each in seconds) >= quantile * len(seconds)
        assert sum(each < value for each in seconds) < quantile * len(seconds)


def test_without_a_request_there_is_no_quantile() -> None:
    assert math.isnan(samples(Latency())["0.5"])
