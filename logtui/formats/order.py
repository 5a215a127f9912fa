"""The order in which the formats are tried: a stricter one before one that would read its lines too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.access import ACCESS, ENVOY, GIN, HAPROXY, SQUID
from logtui.formats.cloud import ALB, CLOUDFRONT, ELB, NLB, S3, VPC_FLOW
from logtui.formats.containers import COMPOSE, CRI, FORWARDED, JOB
from logtui.formats.databases import DB2, MONGODB, MYSQL, POSTGRES, POSTGRES_CSV, REDIS
from logtui.formats.dotnet import DOTNET
from logtui.formats.erlang import ERLANG
from logtui.formats.generic import GENERIC, LEVELLED
from logtui.formats.kernel import KERNEL, PIPED, PROXIFIER, RAS, WINDOWS_EVENT, WINDOWS_SERVICING
from logtui.formats.klog import KLOG
from logtui.formats.log4j import LOG4J
from logtui.formats.logcat import LOGCAT
from logtui.formats.lxc import LXC
from logtui.formats.python_logging import PYTHON
from logtui.formats.ruby import RUBY
from logtui.formats.security import AUDIT, CEF, FAIL2BAN, IDS_ALERT, LEEF, SSSD
from logtui.formats.service import SERVICE
from logtui.formats.syslog import PRIORITY, SYSLOG_3164, SYSLOG_5424
from logtui.formats.web_errors import APACHE_ERROR, LIGHTTPD_ERROR, NGINX_ERROR, PHP_ERROR
from logtui.formats.wrappings import WRAPPINGS

if TYPE_CHECKING:
    from logtui.formats.declaration import Declaration
    from logtui.formats.table import Table

ORDER: Final[tuple[Declaration | Table | str, ...]] = (
    *(each.name for each in WRAPPINGS),
    "json",
    "cmtrace",
    "java_logging",
    "journal_export",
    LXC,
    CRI,
    JOB,
    COMPOSE,
    CEF,
    LEEF,
    SYSLOG_5424,
    ACCESS,
    HAPROXY,
    SQUID,
    ENVOY,
    GIN,
    NGINX_ERROR,
    APACHE_ERROR,
    PHP_ERROR,
    LIGHTTPD_ERROR,
    ALB,
    NLB,
    ELB,
    S3,
    VPC_FLOW,
    CLOUDFRONT,
    AUDIT,
    IDS_ALERT,
    FAIL2BAN,
    SSSD,
    ERLANG,
    KERNEL,
    WINDOWS_SERVICING,
    WINDOWS_EVENT,
    RAS,
    PIPED,
    PROXIFIER,
    KLOG,
    LOGCAT,
    RUBY,
    MYSQL,
    MONGODB,
    REDIS,
    POSTGRES_CSV,
    POSTGRES,
    DB2,
    SERVICE,
    PYTHON,
    LOG4J,
    DOTNET,
    SYSLOG_3164,
    "logfmt",
    FORWARDED,
    PRIORITY,
    LEVELLED,
    GENERIC,
)
"""Declarations, tables, and the names of the formats that are no patterns; `plain` takes what all of them leave."""
