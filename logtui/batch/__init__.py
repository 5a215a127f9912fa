"""folders of logs -> summaries: counts and anomalies of any number of files, kept up to date while the files grow."""

from logtui.batch.ledger import LEDGER_NAME, Ledger
from logtui.batch.report import reports_folder
from logtui.batch.summarizer import Summarizer
from logtui.batch.watch import watch

__all__ = ["LEDGER_NAME", "Ledger", "Summarizer", "reports_folder", "watch"]
