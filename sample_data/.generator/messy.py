"""messy.log: every way in which lines go wrong, collected while the shop was down."""

# ruff: noqa: E501, log lines are as long as they are.

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from story import OOM, SECOND, Dice, clock, iso

if TYPE_CHECKING:
    from collections.abc import Iterator

_START: Final = clock(15, 20)

_JAVA: Final = """\
{time} ERROR [http-nio-8080-exec-7] com.shop.legacy.OrderBridge - Could not forward order A-51877
java.lang.IllegalStateException: order service unavailable
\tat com.shop.legacy.OrderBridge.forward(OrderBridge.java:118)
\tat com.shop.legacy.OrderBridge.lambda$retry$3(OrderBridge.java:94)
\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:317)
\t... 14 common frames omitted
Caused by: java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\tat java.base/sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:346)
\t... 22 more
\tSuppressed: java.io.IOException: connection reset
\t\tat com.shop.legacy.Pool.close(Pool.java:61)
Caused by: org.postgresql.util.PSQLException: ERROR: canceling statement due to statement timeout
\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725)"""

_PYTHON: Final = """\
{time} - shop.worker - ERROR - Could not render invoice
Traceback (most recent call last):
  File "/app/worker.py", line 61, in render
    total = sum(item["price"] for item in order["items"])
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
KeyError: 'items'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/worker.py", line 64, in render
    raise InvoiceError(order["id"]) from None
shop.errors.InvoiceError: A-51877"""

_PRETTY: Final = """\
{{
  "timestamp": "{time}",
  "level": "error",
  "service": "orders-export",
  "message": "upload failed",
  "details": {{
    "bucket": "exports",
    "attempts": [1, 2, 3],
    "reason": null
  }}
}}"""

_GO: Final = """\
panic: runtime error: index out of range [3] with length 3

goroutine 41 [running]:
main.(*Router).pick(0xc0000b6000, 0x3)
\t/src/router/pick.go:58 +0x1d
created by main.serve in goroutine 1
\t/src/router/main.go:31 +0x9c
exit status 2"""

_SINGLE: Final = (
    '{{"timestamp":"{time}","level":"info","service":"orders","message":"cut off in the mid',
    '{{"timestamp":"{time}","level":"warn","service":"orders","message":"garbage follows"}}}}]] <<EOF',
    '{{"timestamp":"{time}","level":"info","message":"two objects"}}{{"timestamp":"{time}","level":"warn","message":"on one line"}}',
    '{{"timestamp":"2025-13-45T99:99:99Z","level":"error","service":"orders","message":"a time that no calendar has"}}',
    '{{"timestamp":"yesterday-ish","level":"warn","message":"a time in words"}}',
    '{{"timestamp":"","level":"","service":"","message":""}}',
    '{{"timestamp":null,"level":null,"message":null,"answer":42}}',
    '{{"ts":"{time}","msg":"no level at all","svc":"cart"}}',
    '{{"timestamp":"{time}","level":"CATASTROPHE","message":"a level that nobody knows"}}',
    '{{"timestamp":"{time}","level":"info","message":"nested","a":{{"b":{{"c":{{"d":[1,{{"e":"f"}}]}}}}}}}}',
    '{{"timestamp":"{time}","level":"info","message":"the same key twice","retry":1,"retry":2}}',
    '{{"timestamp":"{time}","level":"info","message":"wide numbers","big":123456789012345678901234567890,"tiny":1e-320,"nan":NaN}}',
    '{{"timestamp":"{time}","level":"info","message":"escapes \\u00e9 \\ud83d\\ude00 \\ud800 \\n\\t\\"quoted\\""}}',
    "{{'timestamp': '{time}', 'level': 'info', 'message': 'a Python dict, not JSON', 'ok': True}}",
    '["{time}", "info", "an array"]',
    '"{time} a JSON string"',
    "{{}}",
    "[]",
    "null",
    "",
    "   ",
    "\t\t",
    "{time} INFO",
    "{time}",
    "INFO",
    "ERROR: something is wrong, and no one knows when",
    "2025-10-07T15:61:00Z ERROR minute sixty-one",
    "2025-02-30 15:20:00,123 WARN the thirtieth of February",
    "15:20:31 WARN a clock without a date",
    "{time}\tWARN\ttabs\tbetween\tall\tparts\tuser_id=user104",
    "{time} WARN  trailing blanks and a tab   \t  ",
    "{time} ERR short level word",
    "{time} [WARN ] [checkout] padded level in brackets",
    '{time} level=error msg="logfmt after a time" duration=1.5s',
    'time={time} level=warn msg="say \\"please\\"" retry=3 empty= lonely key="un terminated',
    'level=info =value key==value a=b=c company.a=3 company-b="two words" [x]=1 späť=áno ключ=значение',
    'time={time} level=info msg="odd keys" 0=zero -dash=1 user.id=user117 "quoted key"=1 a/b=2 a:b=3 @type=t',
    "{time} INFO 订单服务 支付成功 用户=user121 金额=19.90",
    "{time} INFO 🚀 deploy 🎉 done 👩‍💻 by 🇸🇰 team ❤️",
    "{time} WARN right to left: \u202eסוף\u202c and zero\u200bwidth",
    "{time} INFO markup: [red]not red[/red] [b]not bold[/] [/] [link=https://x.example]link[/link] \\[escaped]",
    "{time} WARN <script>alert('html')</script> &amp; <b>bold</b>",
    "{time} ERROR template not filled: {{user}} ${{order.id}} %s %(name)s %d",
    "{time} ERROR unbalanced \"quote and (bracket and 'apostrophe",
    "{time} INFO path C:\\shop\\logs\\new\\table and regex ^\\d+(\\.\\d+)*$",
    "{time} INFO sum: 1,234.56 € -0 +7 0x1F 1e9 .5 5. 1_000 50% 3/4",
    "{time} DEBUG token=***MASKED*** password=*** email=user104@shop.example ip=2001:db8::17",
    "{time} INFO " + "=" * 60,
    "---------------------------------------- 8< ----------------------------------------",
    "# a comment that someone left in the log",
    "2025-10-07 15:21:07.118 UTC [8710] LOG:  duration: 6132.447 ms  statement: SELECT * FROM orders WHERE user_id = 'user117'",
    "2025-10-07 15:21:07.120 UTC [8710] DETAIL:  Seq Scan on orders, rows removed by filter: 4180233",
    '192.0.2.77 - - [07/Oct/2025:15:21:09 +0000] "POST /api/checkout HTTP/1.1" 503 157 "-" "curl/8.5.0"',
    '192.0.2.78 - - [07/Oct/2025:15:21:10 +0000] "\\x16\\x03\\x01\\x02" 400 157 "-" "-"',
    "2025-10-07T15:21:11.000000+00:00 node-b2 kernel: python3: page allocation stall: order:0",
    '<34>1 2025-10-07T15:21:12.003Z node-b2 orders 48213 ID47 [meta@32473 retry="3"] pool exhausted',
    '{{"time":"{time}","stream":"stderr","log":"ERROR:app.checkout:Checkout failed status=503","kubernetes":{{"pod_name":"checkout-5d8f7c6b9-mz4kq"}}}}',
    '{{"log":"half of a docker line, the rest never came","stream":"stdout","time":"{time}"}}',
    "2025-10-07T15:21:13.1Z stdout F CRI line of a container",
    "2025-10-07T15:21:13.2Z stderr P CRI part one, ",
    "2025-10-07T15:21:13.3Z stderr F and part two",
    "[2025-10-07 15:21:14] [ERROR] [BillingService] [user117] [invoice not rendered]",
    "2025-10-07T15:21:15Z SUCCESS CheckoutService user117 Order confirmed at last",
    "INFO:app.main:Resolved tenant: company_a case_id=c-1042 retry=0",
    "W1007 not a klog line after all",
    "checkout-1  | 2025-10-07T15:21:16Z WARN compose prefix before the line",
    "Segmentation fault (core dumped)",
    "sh: 1: curl: not found",
    "100%[===================>] 4.2M  1.1MB/s    in 3.8s",
)


def messy_log(dice: Dice) -> bytes:
    """About 150 lines, some of which are no text at all."""
    head = [_line(text, number) for number, text in enumerate(_SINGLE)]
    blocks = [
        block.format(time=iso(_START + 200 * SECOND + n * SECOND)).encode() + b"\n"
        for n, block in enumerate((_JAVA, _PYTHON, _PRETTY))
    ]
    return b"".join([*head, *blocks, _GO.encode() + b"\n", *_bytes(dice)])


def _line(text: str, number: int) -> bytes:
    ending = "\r\n" if number % 7 == 3 else "\n"
    return (text.format(time=iso(_START + number * SECOND)) + ending).encode()


def _bytes(dice: Dice) -> Iterator[bytes]:
    """What no text editor would save."""
    stamp = iso(OOM).encode()
    yield b"\xef\xbb\xbf" + stamp + b" WARN a byte order mark in the middle of the file\n"
    yield stamp + b" WARN invalid UTF-8: \xff\xfe caf\xe9 \xc3( \xf0\x9f\x98\n"
    yield stamp + b" WARN overlong \xc0\xaf and a lone surrogate \xed\xa0\x80\n"
    yield stamp + b" ERROR NUL \x00 inside\x00 the line\n"
    yield b"\x00" * 24 + b"\n"
    yield b"\x1b[2m" + stamp + b"\x1b[0m \x1b[31;1mERROR\x1b[0m \x1b[38;5;208mcoloured\x1b[0m pool=20/20\n"
    yield b"\x1b]0;window title\x07" + stamp + b" WARN \x1b[2J\x1b[Hclears the screen of a careless viewer\n"
    yield stamp + b" INFO bell \x07 backspace ab\x08c form\x0cfeed vertical\x0btab escape \x1b\n"
    yield b"\r".join(b"uploading dump %d%%" % share for share in range(0, 101, 10)) + b"\n"
    yield stamp + b" INFO a lone\rcarriage return\n"
    yield stamp + b" ERROR one very long line: " + _long(dice) + b" end\n"
    yield from (stamp + b' WARN {"retry":%d,"open":[' % number + b"{" * number + b"\n" for number in range(1, 9))
    yield b'{"timestamp":"' + stamp + b'","level":"error","message":"the pod dies while it wri'


def _long(dice: Dice) -> bytes:
    return " ".join(dice.hexadecimal(31) for _ in range(640)).encode()
