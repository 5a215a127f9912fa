"""Ruby's Logger and Rails (Ruby standard library documentation, "Logger"; Ruby on Rails guides, "Debugging")."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import ISO_TIME

_LEVEL: Final = r"(?P<level_text>DEBUG|INFO|WARN|ERROR|FATAL|ANY|UNKNOWN)"

RUBY: Final = Declaration(
    name="ruby",
    patterns=(
        rf"^[DIWEFAU], \[(?P<time_text>{ISO_TIME}) ?#(?P<pid>\d+)\]\s+{_LEVEL} -- (?P<service>.*?): (?P<message>.*)$",
        rf"^\[?(?P<time_text>{ISO_TIME}) (?:pid=|#)?(?P<pid>\d+)\]? (?:TID-|tid=)(?P<thread>\w+)"
        rf"(?P<context>(?: [\w.:-]+(?:=\S+)?)*?) {_LEVEL}(?: -- )?(?P<service>[^:]*): (?P<message>.*)$",
        rf'^(?:\[(?P<request_id>[\w-]+)\] )?(?P<message>Started (?P<method>[A-Z]+) "(?P<path>[^"]*)" '
        rf"for (?P<client_ip>\S+) at (?P<time_text>{ISO_TIME}))$",
    ),
    samples=(
        "I, [2025-07-22T12:34:56.262345 #6620]  INFO -- Loader: read 12 rows",
        "2025-07-22T12:34:56.262Z pid=7 tid=ox12 class=MailJob jid=0a1b INFO: done",
        'Started GET "/orders" for 10.0.0.7 at 2025-07-22 12:34:56 +0200',
    ),
)
