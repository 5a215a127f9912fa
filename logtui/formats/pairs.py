"""What `key=value` pairs look like, in messages and as whole logfmt lines."""

from __future__ import annotations

from typing import Final

MAX_KEYS: Final = 256
"""Keys taken from one block of messages, the most frequent first."""

MAX_PAIR_TEXT: Final = 16_384
"""Pairs are looked for in the first characters of a message."""

PAIR_KEY: Final = r"[A-Za-z_@][\w.@/\[\]-]*"
PAIR_VALUE: Final = r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s\n,;"\'(){}\[\]<>]+'
QUOTED: Final = r"""(?s)^(?:".*"|'.*')$"""
BEFORE_PAIR: Final = r"(?:^|[\s\n,;(\[{|])"
BLANKS_BEFORE: Final = " \t\n,;([{|"
"""The characters of `BEFORE_PAIR`."""

IDENTITY: Final = rf"{BEFORE_PAIR}(tenant|[A-Za-z]\w*(?:_id|Id|ID)): +([\w.@/:-]*\w)"
"""A pair that is written as in prose, such as `tenant: company_a`: only where the key says that an identity follows."""

HINT_OF_IDENTITY: Final = "(?:tenant|_id|Id|ID): "
"""What is in each text that has one."""


_LOGFMT_KEY: Final = r"[A-Za-z_@][\w.@/-]*"
LOGFMT_VALUE: Final = r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s"]*'
LOGFMT_TOKEN: Final = rf"(?:^|\s)(?:({_LOGFMT_KEY})=({LOGFMT_VALUE})|([\w.@/-]+))"
"""A part of a logfmt line: a key and its value, or a bare word."""

_LOGFMT_PAIR: Final = rf"{_LOGFMT_KEY}=(?:{LOGFMT_VALUE})"
LOGFMT_PAIR: Final = rf"(?:^|\s){_LOGFMT_PAIR}"
LOGFMT_LINE: Final = rf"^\s*{_LOGFMT_PAIR}(?:\s+(?:{_LOGFMT_PAIR}|[\w.@/-]+))+\s*$"
LOGFMT_CORE_KEY: Final = r"(?:^|\s)(?:time|timestamp|ts|t|at|level|lvl|severity|msg|message)="
"""A logfmt line has at least a time, a level or a message among its pairs."""
