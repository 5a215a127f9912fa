"""Replaces secrets in records by placeholders, so that exports can be handed to others.

A secret is recognised by its name (`password`, `token`, ...) in `key=value` pairs, JSON, HTTP headers and fields, or by
its shape, such as that of a JWT. E-mail addresses, user and session names stay, because an incident cannot be followed
without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import FIELD_PREFIX, field_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARK: Final = "[masked:"
_NAME: Final = (
    r"(?:password|passwd|passphrase|pwd|secret|secret[_-]?key|client[_-]?secret|token|api[_-]?key|apikey|"
    r"access[_-]?key|private[_-]?key|encryption[_-]?key|credentials?|set-cookie|cookie|x-api-key|auth[_-]?key)"
)
_KEY: Final = rf"(?i:\b[\w.-]*{_NAME})"
_BARE: Final = r"""[^\s,;&"'`\\\[\](){}<>][^\s,;&"'`\\\])}<>]*"""

_RULES: Final = (
    (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        f"{_MARK}private-key]",
    ),
    (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", f"{_MARK}jwt]"),
    (r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|AIPA)[A-Z0-9]{16}\b", f"{_MARK}aws-key]"),
    (r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})", f"{_MARK}github-token]"),
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", f"{_MARK}slack-token]"),
    (r"\b[prs]k_(?:live|test)_[A-Za-z0-9]{10,}", f"{_MARK}stripe-key]"),
    (r"\bAIza[A-Za-z0-9_-]{35}", f"{_MARK}google-key]"),
    (r"(?i)\b((?:bearer|basic|digest|negotiate)\s+)[a-z0-9._~+/-]{8,}=*", f"${{1}}{_MARK}authorization]"),
    (r"\b([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)[^\s/@\[][^\s/@]*@", f"${{1}}{_MARK}password]@"),
    (rf"({_KEY}\\?[\"']?\s*[=:]\s*\\?\")[^\"\\\[](?:[^\"\\]|\\[^\"])*", f"${{1}}{_MARK}secret]"),
    (rf"({_KEY}[\"']?\s*[=:]\s*')[^'\[][^']*", f"${{1}}{_MARK}secret]"),
    (rf"({_KEY}[\"']?\s*[=:]\s*){_BARE}", f"${{1}}{_MARK}secret]"),
)
"""Patterns in the syntax of Rust's `regex` and their replacements, in the order in which they are applied."""

_HINTS: Final = (
    *("pass", "pwd", "secret", "token", "key", "credential", "cookie", "bearer", "basic", "digest", "negotiate", "://"),
    *("private", "eyj", "akia", "asia", "agpa", "aida", "aroa", "anpa", "anva", "aipa", "ghp_", "gho_", "ghu_", "ghs_"),
    *("ghr_", "github_pat_", "xox", "k_live_", "k_test_", "aiza"),
)
"""Every text with a secret contains one of these, in upper or lower case; other texts skip the patterns."""

_SECRET_FIELD: Final = rf"(?i)(?:^|[._-]|[a-z]){_NAME}$"


class Masker:
    """Masks record frames and counts what it masks.

    Attributes:
        masked: Placeholders inserted so far; a secret counts once in the message and once in the raw line.
    """

    def __init__(self) -> None:
        self.masked = 0

    def frames(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """Mask record frames, one at a time.

        Args:
            frames: Record frames.

        Yields:
            The frames with secrets masked in messages, raw lines and fields.
        """
        for records in frames:
            yield self.frame(records)

    def frame(self, records: pl.DataFrame) -> pl.DataFrame:
        """Mask a record frame.

        Args:
            records: Any frame; only its String columns are changed.

        Returns:
            The frame with placeholders in place of secrets.
        """
        names = [name for name, dtype in records.schema.items() if dtype == pl.String]
        whole = set(_secret_fields(records))
        return records.with_columns(
            self._value(records[name]) if name in whole else self.texts(records[name]) for name in names
        )

    def text(self, text: str) -> str:
        """Mask one text of any length."""
        return str(self.texts(pl.Series([text]))[0])

    def texts(self, texts: pl.Series) -> pl.Series:
        """Mask a column of texts.

        Args:
            texts: String.

        Returns:
            String, same length.
        """
        rows = texts.str.contains_any(list(_HINTS), ascii_case_insensitive=True).fill_null(value=False).arg_true()
        if not len(rows):
            return texts
        found = texts.gather(rows)
        masked = found
        for pattern, placeholder in _RULES:
            masked = masked.str.replace_all(pattern, placeholder)
        self.masked += _marks(masked) - _marks(found)
        return texts.clone().scatter(rows, masked)

    def _value(self, values: pl.Series) -> pl.Series:
        """Mask every non-empty value of a field whose name says that it holds a secret."""
        is_secret = (values.str.len_bytes() > 0).fill_null(value=False)
        self.masked += int(is_secret.sum())
        return values.set(is_secret, f"{_MARK}secret]")


def _secret_fields(records: pl.DataFrame) -> list[str]:
    fields = pl.Series(field_columns(records), dtype=pl.String)
    return fields.filter(fields.str.strip_prefix(FIELD_PREFIX).str.contains(_SECRET_FIELD)).to_list()


def _marks(texts: pl.Series) -> int:
    return int(texts.str.count_matches(_MARK, literal=True).sum())
