"""Who may do what: keys, and what is open to programs of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from logtui.server.address import is_loopback
from logtui.server.auth.credentials import key_in
from logtui.server.auth.rates import RateLimits
from logtui.server.auth.scopes import Scope
from logtui.server.auth.tokens import is_token, refused_token
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.server.auth.api_key import ApiKey
    from logtui.server.auth.keys import KeyRing
    from logtui.server.auth.tokens import Tokens

_TENANT_HEADERS: Final = ("x-scope-orgid", "x-tenant")
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="logtui"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who has sent a request.

    Attributes:
        key: The key that came with it; None if none did.
        open_scopes: What needs no key.
    """

    key: ApiKey | None
    open_scopes: frozenset[Scope]

    @property
    def name(self) -> str:
        """The key's name; empty without a key."""
        return self.key.name if self.key else ""

    def require(self, scope: Scope, *others: Scope) -> None:
        """Let a request go on.

        Args:
            scope: What it needs.
            others: What does instead.

        Raises:
            ProblemError: 401 if it needs a key, 403 if its key is not for this.
        """
        if self.key is None:
            if not self.open_scopes & {scope, *others}:
                raise _unauthorized("this needs an API key, as `Authorization: Bearer KEY`")
        elif not self.key.scopes & {scope, *others}:
            raise _forbidden(f"the key {self.key.name!r} lacks the scope {scope.value!r}")

    def tenant(self, headers: Mapping[str, str]) -> str:
        """Whose records a request holds.

        Args:
            headers: The request's headers.

        Returns:
            The tenant in `X-Scope-OrgID` or `X-Tenant`, else the only one of the key; empty if there is neither.

        Raises:
            ProblemError: 403 if the key is not for this tenant.
        """
        stated = next((value for name in _TENANT_HEADERS if (value := headers.get(name))), "")
        allowed = self.key.tenants if self.key else frozenset[str]()
        if not allowed:
            return stated
        if not stated and len(allowed) == 1:
            return next(iter(allowed))
        if stated not in allowed:
            raise _forbidden(f"the key {self.name!r} is not for the tenant {stated!r}; name one in X-Tenant")
        return stated


class AccessPolicy:
    """Decides on requests by their headers.

    Args:
        keys: The keys.
        tokens: What reads JSON Web Tokens; None if they are not taken.
        is_loopback: Whether only programs of this machine reach the server; if not, every request needs a key.
        insecure: Whether ingest on loopback needs no key.
        require_key: Whether reading and alerts need a key also on loopback.
    """

    def __init__(
        self,
        keys: KeyRing,
        tokens: Tokens | None = None,
        *,
        is_loopback: bool,
        insecure: bool = False,
        require_key: bool = False,
    ) -> None:
        self._keys = keys
        self._tokens = tokens
        self._rates = RateLimits()
        self._open = _open_scopes(is_loopback=is_loopback, insecure=insecure, require_key=require_key)
        self._needs_key = not is_loopback or require_key

    def caller_of(self, headers: Mapping[str, str]) -> Caller:
        """Find out who has sent a request.

        Args:
            headers: Its headers, by name in any case.

        Raises:
            ProblemError: 401 if its key is wrong or missing; 403 if it has none and another site's page has sent it;
                429 if its key has been used too often.
        """
        text = key_in(headers)
        if text is not None:
            key = self._read_token(text) if is_token(text) else self._find(text)
            self._rates.take(key.name, key.rate)
            return Caller(key, self._open)
        if self._needs_key:
            raise _unauthorized("every request needs an API key, as `Authorization: Bearer KEY`")
        _refuse_other_sites(headers)
        return Caller(None, self._open)

    def _find(self, text: str) -> ApiKey:
        key = self._keys.find(text)
        if key is None:
            raise _unauthorized("the API key is wrong, was revoked or has ended")
        return key

    def _read_token(self, text: str) -> ApiKey:
        if self._tokens is None:
            detail = "this server takes no JSON Web Tokens; --jwt-key, --jwt-issuer and --jwt-audience let it"
            raise refused_token(detail)
        return self._tokens.read(text)


def _open_scopes(*, is_loopback: bool, insecure: bool, require_key: bool) -> frozenset[Scope]:
    """What needs no key."""
    if not is_loopback:
        return frozenset()
    reading = frozenset[Scope]() if require_key else frozenset({Scope.READ, Scope.ALERTS})
    return reading | ({Scope.INGEST} if insecure else set())


def _refuse_other_sites(headers: Mapping[str, str]) -> None:
    """Refuse a request without a key that a web page in a browser of this machine may have sent.

    A page whose name was made to resolve to 127.0.0.1 has its own name in `Host`.
    """
    host = headers.get("host", "")
    if not is_loopback(_name_in(f"//{host}")):
        raise _forbidden(f"the host {host!r} is not this machine; a request by another name needs a key")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise _forbidden(f"the origin {origin!r} is another site; its requests need a key")
    site = headers.get("sec-fetch-site", "none")
    if site not in ("none", "same-origin"):
        raise _forbidden("a page of another site has sent this; its requests need a key")


def _name_in(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.UNAUTHORIZED, detail, reason="unauthorized", headers=_CHALLENGE)


def _forbidden(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.FORBIDDEN, detail, reason="forbidden")
