"""Lines of containers and jobs behind a prefix: the runtime's, the orchestrator's, the platform's."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import LEVEL, LOWER_LEVEL
from logtui.formats.object_lines import HOLDS_RECORD
from logtui.formats.shapes import TIME

_TIME: Final = r"(?P<time_text>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))"

_OBJECT: Final = r'\{\s*".*\}'
_POD: Final = r"[a-z0-9][a-z0-9-]*-[a-z0-9]{5,10}-[a-z0-9]{5}"
"""A pod of a deployment, named by the hashes of its replica set and its own."""

CRI: Final = Declaration(
    name="cri",
    patterns=(rf"^{_TIME} (?P<stream>stdout|stderr) (?:F|(?P<partial>P))(?::[\w:]+)? (?P<message>.*)$",),
    samples=("2025-07-22T12:34:56.123456789Z stdout F ERROR:app.main:connection lost",),
    headed=False,
    envelope=True,
)
"""The log files of containerd and CRI-O (Kubernetes documentation, "CRI logging format")."""

_NAMED_WITHOUT_NUMBER: Final = (
    r"^(?P<container>[A-Za-z][\w.-]*)\s*\| ?(?P<message>.*)$",
    r"^(?P<pod>[a-z0-9][a-z0-9.-]*-[a-z0-9.-]*) (?P<container>[a-z0-9][a-z0-9-]*) (?P<message>.*)$",
)

COMPOSE: Final = Declaration(
    name="compose",
    patterns=(
        r"^(?P<container>[A-Za-z][\w.-]*?[-_]\d+)\s*\| ?(?P<message>.*)$",
        r"^\[pod/(?P<pod>[^/\]]+)/(?P<container>[^\]]+)\] ?(?P<message>.*)$",
        rf"^(?P<pod>{_POD}) (?P<container>[a-z0-9][a-z0-9-]*) (?P<message>.*)$",
    ),
    trusted=_NAMED_WITHOUT_NUMBER,
    samples=(
        "web-1     | ERROR:app.main:connection lost",
        "[pod/api-7f9c/api] 2025-07-22 12:34:56,789 - app.db - ERROR - timed out",
        "api-7d4b9c6f5-x2x8k api INFO:app.main:ready",
    ),
    headed=False,
    envelope=True,
)
"""`docker compose logs`, `kubectl logs --prefix` and `stern` (their documentations).

A name without a number, as of compose's services, is taken for a container only where the source is known to be of
this kind.
"""

FORWARDED: Final = Declaration(
    name="forwarded",
    patterns=(
        rf"^\[?(?P<time_text>{TIME})\]?[ \t]+(?P<host>\w[\w.:/$\[\]-]*)"
        rf"(?: (?P<service>[\w./-]+)(?:\[(?P<pid>\d+)\])?:)? (?P<message>{_OBJECT})$",
        rf"^(?P<container>[A-Za-z][\w.-]*)\s*\| ?(?P<message>{_OBJECT})$",
        rf"^(?P<pod>[a-z0-9][a-z0-9.-]*) (?P<container>[a-z0-9][a-z0-9-]*) (?P<message>{_OBJECT})$",
        rf"^(?P<prefix>[A-Za-z][\w.:/@-]*(?:\[[\w.:/-]*\])?:?) (?P<message>{_OBJECT})$",
    ),
    samples=(
        '2025-07-22T12:34:56Z web-1 {"level":"error","msg":"connection lost"}',
        'web | {"level":"error","msg":"connection lost"}',
    ),
    headed=False,
    envelope=True,
    needs="{",
    checks=(("message", HOLDS_RECORD),),
    refuses=tuple((name, rf"^(?:{LEVEL}|{LOWER_LEVEL})[:\]]*$") for name in ("prefix", "host")),
    trusted=_NAMED_WITHOUT_NUMBER,
)
"""JSON records behind the host, program or stream from which an agent has forwarded them."""

JOB: Final = Declaration(
    name="job",
    patterns=(
        rf"^{_TIME} (?P<section>[0-9a-f]{{2}})(?P<stream>[OE])(?:(?P<partial>\+)| )? ?(?P<message>.*)$",
        rf"^{_TIME} (?P<service>app|heroku)\[(?P<container>[\w.-]+)\]: (?P<message>.*)$",
        r"^\ufeff?(?P<time_text>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z) "
        r"(?:##\[(?P<level_text>error|warning|debug|notice)\])?(?P<message>.*)$",
        r"^(?P<job>[^\t<][^\t]*)\t(?P<step>[^\t]+)\t\ufeff?(?P<time_text>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z) "
        r"(?:##\[(?P<level_text>error|warning|debug|notice)\])?(?P<message>.*)$",
        r"^section_(?P<section>start|end):(?P<time_text>\d{10}):(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22T12:34:56.123456Z 00O make: all done",
        "2025-07-22T12:34:56.123456+00:00 app[web.1]: INFO:app.main:ready",
        "2025-07-22T12:34:56.1234567Z ##[error]Process completed with exit code 2.",
        "build\tRun make\t2025-07-22T12:34:56.1234567Z ##[warning]no cache",
        "section_start:1753187696:prepare_script",
    ),
    headed=False,
    envelope=True,
)
"""Logs of GitLab and GitHub jobs and of Heroku's dynos (GitLab documentation, "Job logs"; GitHub documentation,
"Workflow commands"; Heroku Dev Center, "Logging")."""
