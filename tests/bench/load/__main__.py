"""A server under load: `python -m tests.bench.load --protocol http --rate 100000 --seconds 300 [--mix reference]`.

`logtui serve` runs on ports of this machine, and a process of its own sends records to it at a steady rate. What is
printed: the rate, the times of answers, CPU and memory of each process, and how far the store was behind. It ends with
1 if a record is missing or is found twice, or if the memory is too large or keeps growing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.bench.load.bodies import PROTOCOLS, column_of, numbers_in
from tests.bench.load.generator import Generator, Plan
from tests.bench.load.watched import WatchedServer, wait_for
from tests.bench.mixes import MIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.load.generator import Sent
    from tests.bench.load.watched import Sample

_STORED_SECONDS: Final = 120.0
_MOST_MEMORY: Final = 1 << 30
_MOST_GROWTH: Final = 1.25
_STEADY_SECONDS: Final = 60.0
"""A shorter run says nothing on growth: the first merges of each size fall into it."""


def main(arguments: list[str]) -> int:
    """Load a server and print what came of it.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if every record is found exactly once in bounded memory.
    """
    plan = _plan(arguments)
    print(f"{plan.protocol}, {plan.mix} mix, {plan.rate:,} records/s for {plan.seconds:.0f} s")
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path) / "data"
        with Generator(plan) as generator, WatchedServer(folder) as server:
            before, began = server.cpu, time.monotonic()
            sent = generator.send(server.port("tcp" if PROTOCOLS[plan.protocol].path is None else "http"), server.key)
            wait_for(lambda: (server.stored or 0) >= sent.records, _STORED_SECONDS)
            took, after = time.monotonic() - began, server.cpu
        samples = [each for each in server.samples if began <= each.moment <= began + took]
        _print_sending(sent)
        _print_cpu({role: after[role] - before[role] for role in after}, sent, took)
        is_bounded = _print_memory(samples, plan.seconds)
        return 0 if _print_found(folder, plan, sent) and is_bounded else 1


def _plan(arguments: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--protocol", choices=sorted(PROTOCOLS), default="http")
    parser.add_argument("--mix", choices=sorted(MIXES), default="challenge")
    parser.add_argument("--rate", type=int, default=100_000, help="records a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--batch", type=int, default=1_000, help="records that are sent at once")
    return Plan(**vars(parser.parse_args(arguments)))


def _print_sending(sent: Sent) -> None:
    rate, cost = sent.records / sent.seconds, sent.cpu / max(sent.records, 1) * 1e6
    print(f"  sent {sent.records:,} at {rate:,.0f}/s; the generator took {cost:.2f} us CPU a record")
    if sent.answers:
        ordered = sorted(sent.answers)
        p50, p99 = (ordered[int(len(ordered) * share)] * 1e3 for share in (0.5, 0.99))
        print(f"  answers p50 {p50:.1f} ms, p99 {p99:.1f} ms; refused and sent again {sent.refused}")


def _print_cpu(used: dict[str, float], sent: Sent, took: float) -> None:
    costs = {role: seconds / max(sent.records, 1) * 1e6 for role, seconds in used.items()}
    each = ", ".join(f"{role} {cost:.2f}" for role, cost in costs.items())
    print(f"  stored {took - sent.seconds:.1f} s after the last one was sent")
    print(f"  CPU a record in us: {each}; together {sum(costs.values()):.2f}")


def _print_memory(samples: Sequence[Sample], seconds: float) -> bool:
    """Print the memory of each process; whether all of it is bounded and does not grow."""
    quarter = max(1, len(samples) // 4)
    for role in samples[0].memory:
        first, last = (_peak([each.memory.get(role, 0) for each in part]) for part in _ends(samples, quarter))
        print(f"  memory of the {role}: first quarter {first:,} MB, last {last:,} MB")
    together = [sum(each.memory.values()) for each in samples]
    first, last, peak = _peak(together[:quarter]), _peak(together[-quarter:]), _peak(together)
    print(f"  memory together: first quarter {first:,} MB, last {last:,} MB, peak {peak:,} MB")
    print(f"  most records that waited in the journal: {max(each.lag for each in samples):,}")
    grows = seconds >= _STEADY_SECONDS and last > _MOST_GROWTH * first
    return max(together) <= _MOST_MEMORY and not grows


def _ends(samples: Sequence[Sample], quarter: int) -> tuple[Sequence[Sample], Sequence[Sample]]:
    return samples[:quarter], samples[-quarter:]


def _peak(sizes: Sequence[int]) -> int:
    return max(sizes) >> 20


def _print_found(folder: Path, plan: Plan, sent: Sent) -> bool:
    """Print how many records are found; whether each is found exactly once."""
    column = column_of(plan.protocol, plan.mix)
    request = Request(Request.everything().query, columns=(column,))
    with closing(Store(DataFolder(folder).store)) as store:
        numbers = numbers_in(dataset_of_store(store).records(request), column)
    different = numbers.drop_nulls().n_unique()
    print(f"  found {len(numbers):,} of {sent.records:,}, {different:,} different")
    return len(numbers) == different == sent.records


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
