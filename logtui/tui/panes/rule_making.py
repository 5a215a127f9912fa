"""Makes alert rules of the present filter: asks, tries them on the records, has them evaluated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from logtui.alerts.evaluation import Evaluator
from logtui.errors import LogtuiError
from logtui.tui.panes.rule_draft import preview_text
from logtui.tui.panes.rule_screen import RuleScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rich.style import Style

    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.rules import Rule
    from logtui.tui.panes.alerting import Alerting
    from logtui.tui.panes.rule_screen import NewRule
    from logtui.tui.viewer import Viewer


class RuleMaking:
    """Makes alert rules.

    Args:
        viewer: The screen.
        alerting: Evaluates the rules that were made.
        file: The file of rules; None for none.
    """

    def __init__(self, viewer: Viewer, alerting: Alerting, file: Path | None) -> None:
        self._viewer = viewer
        self._alerting = alerting
        self._file = file

    def ask(self, styles: Mapping[str, Style]) -> None:
        """Ask for a rule that counts the records of the present filter.

        Args:
            styles: The styles of the pane, which the preview uses.
        """
        preview = partial(self._preview, Evaluator([]), styles)
        form = RuleScreen(self._viewer.filter, self._alerting.taken, self._file, preview)
        self._viewer.app.push_screen(form, self._add)

    def _preview(
        self, evaluator: Evaluator, styles: Mapping[str, Style], rule: Rule, show: Callable[[Text], None]
    ) -> None:
        """Try a rule; the evaluator keeps what it counted for the next try, which mostly counts the same."""
        viewer, records = self._viewer, self._viewer.bridge.snapshot.settled

        def job(cancelled: Callable[[], bool]) -> list[Evaluation]:
            evaluator.take([rule])
            return evaluator.evaluate(records, None, cancelled)

        def tell(found: list[Evaluation] | LogtuiError) -> None:
            show(Text(str(found)) if isinstance(found, LogtuiError) else preview_text(found, styles, viewer.zone))

        show(Text("counting …"))
        viewer.bridge.run("rule preview", job, tell)

    def _add(self, new: NewRule | None) -> None:
        if new is not None:
            self._alerting.add(new.rule, new.source)
