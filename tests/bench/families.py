"""One clean line after another of each format family, generated with a fixed seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

START = datetime(2025, 7, 22, tzinfo=UTC)
WORDS = ("login successful", "order placed", "cache refreshed", "slow response", "connection timeout", "queue polled")
LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
PRIORITIES = (30, 28, 27, 134)


class Parts:
    """The random parts of one line.

    Args:
        rng: Source of randomness.
        number: Number of the line; its time advances with it.

    Attributes:
        time: When the line was written.
        message: A few words with numbers.
        level: In upper case.
        ip: An address.
        pid: A process.
        word: A number of up to four digits, as text.
    """

    def __init__(self, rng: random.Random, number: int) -> None:
        self.time = START + timedelta(milliseconds=20 * number)
        self.message = f"{rng.choice(WORDS)} for user{rng.randrange(5000)} after {rng.randrange(3000)} ms id={number}"
        self.level = rng.choice(LEVELS)
        self.ip = f"10.0.{rng.randrange(256)}.{rng.randrange(256)}"
        self.pid = rng.randrange(100, 9000)
        self.word = str(rng.randrange(10_000))

    def at(self, strftime: str) -> str:
        """The time in a layout; `%L` is milliseconds."""
        return self.time.strftime(strftime.replace("%L", f"{self.time.microsecond // 1000:03}"))


def _docker(parts: Parts, line: str) -> str:
    stamp = parts.at("%Y-%m-%dT%H:%M:%S.%L000000Z")
    return json.dumps({"log": line + "\n", "stream": "stdout", "time": stamp}, separators=(",", ":"))


FAMILIES: dict[str, Callable[[Parts], str]] = {
    "service": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%LZ')} {p.level} OrderService user{p.word} {p.message}",
    "json": lambda p: json.dumps(
        {
            "timestamp": p.at("%Y-%m-%dT%H:%M:%S.%LZ"),
            "level": p.level.lower(),
            "logger": "shop.orders",
            "message": p.message,
            "duration_ms": p.pid,
            "user": {"id": p.word, "plan": "pro"},
        }
    ),
    "kubernetes": lambda p: _docker(p, f"{p.level}:app.main:{p.message}"),
    "cri": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%L000000Z')} stdout F {p.level}:app.main:{p.message}",
    "logfmt": lambda p: (
        f'time={p.at("%Y-%m-%dT%H:%M:%S.%LZ")} level={p.level.lower()} msg="{p.message}" caller=store.go:{p.word}'
    ),
    "syslog": lambda p: f"{p.at('%b %e %H:%M:%S')} web-1 sshd[{p.pid}]: {p.message}",
    "syslog5424": lambda p: (
        f"<{p.pid % 190}>1 {p.at('%Y-%m-%dT%H:%M:%S.%LZ')} web-1 shop {p.pid} ID{p.word} - {p.message}"
    ),
    "access": lambda p: (
        f'{p.ip} - - [{p.at("%d/%b/%Y:%H:%M:%S +0000")}] "GET /orders/{p.word} HTTP/1.1" 200 {p.pid} "-" "curl/8.5"'
    ),
    "python": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S,%L')} - shop.orders - {p.level} - {p.message}",
    "log4j": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S,%L')} {p.level:5} [worker-{p.pid % 9}] org.shop.Orders: {p.message}",
    "klog": lambda p: f"{p.level[0]}{p.at('%m%d %H:%M:%S.%L000')} {p.pid:7} store.go:{p.word}] {p.message}",
    "logcat": lambda p: f"{p.at('%m-%d %H:%M:%S.%L')} {p.pid:5} {p.pid:5} {p.level[0]} Orders: {p.message}",
    "ruby": lambda p: f"{p.level[0]}, [{p.at('%Y-%m-%dT%H:%M:%S.%L000')} #{p.pid}] {p.level:>5} -- Orders: {p.message}",
    "dotnet": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S.%L0')}|{p.level}|Shop.Orders|{p.message}",
    "postgres": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S.%L UTC')} [{p.pid}] LOG:  {p.message}",
    "mysql": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%L000Z')} {p.word} [Warning] [MY-010068] [Server] {p.message}",
    "apache_error": lambda p: (
        f"[{p.at('%a %b %d %H:%M:%S.%L000 %Y')}] [core:error] [pid {p.pid}] [client {p.ip}:{p.word}] {p.message}"
    ),
    "nginx_error": lambda p: (
        f"{p.at('%Y/%m/%d %H:%M:%S')} [error] {p.pid}#{p.pid}: *{p.word} {p.message}, client: {p.ip}"
    ),
    "haproxy": lambda p: (
        f"{p.at('%b %e %H:%M:%S')} lb-1 haproxy[{p.pid}]: {p.ip}:{p.word} [{p.at('%d/%b/%Y:%H:%M:%S.%L')}] www "
        f'shop/web-1 10/0/30/69/109 200 {p.pid} - - ---- 1/1/1/1/0 0/0 "GET /orders/{p.word} HTTP/1.1"'
    ),
    "kernel": lambda p: f"[{p.pid:5}.{p.time.microsecond:06}] usb 1-{p.word}: {p.message}",
    "auditd": lambda p: (
        f"type=SYSCALL msg=audit({p.time.timestamp():.3f}:{p.word}): arch=c000003e syscall=59 success=yes exit=0 "
        f'pid={p.pid} auid=1000 uid=0 comm="sudo" exe="/usr/bin/sudo" key="root"'
    ),
    "cef": lambda p: (
        f"CEF:0|Shop|Gate|1.0|{p.word}|{p.message}|7|rt={int(p.time.timestamp() * 1000)} src={p.ip} spt={p.word} "
        f"act=blocked msg=denied by rule"
    ),
    "w3c": lambda p: (
        f"{p.at('%Y-%m-%d %H:%M:%S')} 10.0.0.1 GET /orders/{p.word} - 443 - {p.ip} curl/8.5 - 200 0 0 {p.pid}"
    ),
    "zeek": lambda p: "\t".join(
        (f"{p.time.timestamp():.6f}", f"C{p.pid}x", p.ip, p.word, "10.0.0.1", "443", "tcp", "ssl", p.word, "SF")
    ),
    "csv": lambda p: f'{p.at("%Y-%m-%dT%H:%M:%S.%LZ")},{p.level},shop.orders,{p.pid},"{p.message}"',
    "alb": lambda p: (
        f"h2 {p.at('%Y-%m-%dT%H:%M:%S.%L000Z')} app/shop/50dc6c495c0c9188 {p.ip}:2817 10.0.0.1:80 0.000 0.001 0.000 "
        f'200 200 34 {p.pid} "GET https://shop.example:443/orders/{p.word} HTTP/1.1" "curl/8.5" '
        f"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/shop/73e2d6bc "
        f'"Root=1-58337262-36d228ad5d99923122bbe354" "shop.example" "session-reused" 0 '
        f'{p.at("%Y-%m-%dT%H:%M:%S.%L000Z")} "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"'
    ),
    "vpcflow": lambda p: (
        f"2 123456789010 eni-1235b8ca123456789 {p.ip} 10.0.0.1 {p.word} 443 6 {p.pid} 4249 "
        f"{int(p.time.timestamp())} {int(p.time.timestamp()) + 60} ACCEPT OK"
    ),
    "generic": lambda p: f"[{p.at('%a %b %d %H:%M:%S %Y')}] [shop:error] [pid {p.pid}] {p.message}",
}
"""Family -> its line out of random parts; the key is the format that is to read it."""

TITLES: dict[str, str] = {
    "w3c": "#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
    "zeek": "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\torig_bytes\tconn_state\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tcount\tstring\n",
    "csv": "time,level,logger,duration_ms,message\n",
}
"""Family -> what stands once above its lines."""
