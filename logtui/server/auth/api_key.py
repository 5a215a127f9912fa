"""What is known of an API key: everything but the key."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Self

from logtui.server.auth.scopes import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key.

    Attributes:
        name: Its name.
        scopes: What it may be used for.
        tenants: Whose records it may send; any if empty.
        created: When it was made, seconds since 1970.
        expires: When it ends, seconds since 1970; None if it does not.
        rate: How many requests it may be used for in a time, such as `1000/second`; empty for any number.
    """

    name: str
    scopes: frozenset[Scope]
    tenants: frozenset[str] = frozenset()
    created: int = 0
    expires: int | None = None
    rate: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether it has not ended."""
        return self.expires is None or time.time() < self.expires

    @property
    def row(self) -> dict[str, str | int | None]:
        """What a table keeps, by column."""
        return {
            "name": self.name,
            "scopes": ",".join(sorted(self.scopes)),
            "tenants": "\n".join(sorted(self.tenants)),
            "created": self.created,
            "expires": self.expires,
            "rate": self.rate,
        }

    @classmethod
    def of_row(cls, name: str, scopes: str, tenants: str, created: int, expires: int | None, rate: str) -> Self:
        """What a table has kept, in the order of `row`."""
        return cls(
            name=name,
            scopes=frozenset(map(Scope, scopes.split(","))),
            tenants=frozenset(tenants.split("\n")) - {""},
            created=created,
            expires=expires,
            rate=rate,
        )


def hashed(key: str) -> bytes:
    """The hash of a key: 256 random bits need no slow one."""
    return hashlib.sha256(key.encode()).digest()
