"""One budget: what is measured, beside whom, and how much it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.runs import Run

Measure = Literal["seconds", "cpu", "peak"]


@dataclass(frozen=True)
class Budget:
    """A measurement and its limit.

    Attributes:
        what: What is measured.
        ours: The measured run.
        peer: The run that the limit is relative to; None for a limit in units.
        limit: The most that `ours` may cost, as a multiple of the peer's cost, or in units of the measure.
        measure: What is compared: wall seconds, CPU seconds, or peak memory in MB.
        about: What else is to be known, such as the size of a file.
    """

    what: str
    ours: Run
    peer: Run | None
    limit: float
    measure: Measure = "seconds"
    about: str = ""

    @property
    def cost(self) -> float:
        """What is compared with the limit."""
        ours = float(getattr(self.ours, self.measure))
        return ours if self.peer is None else ours / float(getattr(self.peer, self.measure))

    @property
    def is_met(self) -> bool:
        """Whether the cost is within the limit."""
        return self.cost <= self.limit


def table(budgets: Sequence[Budget]) -> str:
    """Write budgets as a table in Markdown, one line each."""
    head = (
        "| what | wall s | CPU s | peak MB | peer | its wall s | its CPU s | cost | limit | met |",
        "|---|---|---|---|---|---|---|---|---|---|",
    )
    return "\n".join([*head, *map(_line, budgets)])


def _line(budget: Budget) -> str:
    ours, peer = budget.ours, budget.peer
    what = (f"{budget.what} ({budget.about})" if budget.about else budget.what).replace("|", r"\|")
    costs = f"{ours.seconds:.2f} | {ours.cpu:.2f} | {ours.peak:.0f}"
    peers = f"{peer.name} | {peer.seconds:.2f} | {peer.cpu:.2f}" if peer else " | | "
    unit = {"seconds": "wall", "cpu": "CPU", "peak": "MB"}[budget.measure]
    met = "yes" if budget.is_met else "**no**"
    return f"| {what} | {costs} | {peers} | {budget.cost:.2f} | {budget.limit:g} {unit} | {met} |"
