"""Patterns of `key=value` pairs, in messages and as whole logfmt lines."""

from __future__ import annotations

from typing import Final

MAX_KEYS: Final = 256
"""Keys taken from one block of messages, the most frequent first."""

MAX_PAIR_TEXT: Final = 16_384
"""Pairs are looked for in the first characters of a message."""

_LETTERS: Final = "\u00c0-\u1fff\u2c00-\u2fff\u3040-\U0010ffff"
"""Letters of other scripts than ASCII, without punctuation and signs."""

PAIR_KEY: Final = rf"[A-Za-z_@{_LETTERS}][\w.@/\[\]{_LETTERS}-]*"
PAIR_VALUE: Final = (
    r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|\[[^\[\]=\n]*\]|'
    r'[^\s\n;"\'(){}\[\]<>\x1f]*[^\s\n,;"\'(){}\[\]<>\x1f]'
)
BETWEEN: Final = "\x1f"
"""Stands for a comma between two pairs while they are read: other commas belong to values."""

NOTHING: Final = "\x1e"
"""Stands for a value that was left empty while pairs are read."""

COMMA_BETWEEN: Final = rf",({PAIR_KEY}=)"
LEFT_EMPTY: Final = rf"([\w\]{_LETTERS}]=)($|\s+{PAIR_KEY}=)"
"""A pair that is the last one, or that another one follows; behind other blanks may be its value."""
QUOTED: Final = r"""(?s)^(?:".*"|'.*'|`.*`)$"""
BEFORE_PAIR: Final = r"(?:^|[\s\n\x1f,;(\[{|])"
BLANKS_BEFORE: Final = " \t\n\x1f,;([{|"
"""The characters of `BEFORE_PAIR`."""

IDENTITY: Final = rf"{BEFORE_PAIR}(tenant|[A-Za-z]\w*(?:_id|Id|ID)): +([\w.@/:-]*\w)"
"""A pair that is written as in prose, such as `tenant: company_a`: only where the key says that an identity follows."""

HINT_OF_IDENTITY: Final = "(?:tenant|_id|Id|ID): "
"""What is in each text that has one."""


_LOGFMT_KEY: Final = r"[A-Za-z_@][\w.@/-]*"
LOGFMT_VALUE: Final = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|[^\s"]*'
LOGFMT_TOKEN: Final = rf"(?:^|\s)(?:({_LOGFMT_KEY})=({LOGFMT_VALUE})|([\w.@/-]+))"
"""A part of a logfmt line: a key and its value, or a bare word."""

_LOGFMT_PAIR: Final = rf"{_LOGFMT_KEY}=(?:{LOGFMT_VALUE})"
LOGFMT_PAIR: Final = rf"(?:^|\s){_LOGFMT_PAIR}"
LOGFMT_LINE: Final = rf"^\s*{_LOGFMT_PAIR}(?:\s+(?:{_LOGFMT_PAIR}|[\w.@/-]+))+\s*$"
LOGFMT_CORE_KEY: Final = r"(?:^|\s)(?:time|timestamp|ts|t|at|level|lvl|severity|msg|message)="
"""A logfmt line has at least a time, a level or a message among its pairs."""
