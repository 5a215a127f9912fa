"""JSON Web Tokens: who has signed them and for what they are, instead of a key."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from logtui.errors import ConfigError
from logtui.server.auth.api_key import ApiKey
from logtui.server.auth.scopes import Scope
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.server.settings import ServerSettings

_LEAST_SECRET_BYTES: Final = 32
_LEAST_RSA_BITS: Final = 2_048
_CLAIMS: Final = ("exp", "iss", "aud", "sub")


class Tokens:
    """Reads the tokens of one issuer.

    Args:
        key_file: A PEM file with the RSA key of the issuer, by which tokens are RS256, or a file with the secret of
            HS256. The file alone decides which it is: a token that may choose could take the public key for a secret.
        issuer: The claim `iss`.
        audience: What the claim `aud` must hold.

    Raises:
        ConfigError: If the file holds neither.
    """

    def __init__(self, key_file: Path, issuer: str, audience: str) -> None:
        self._key, self._algorithm = _key_in(key_file)
        self._issuer = issuer
        self._audience = audience

    @classmethod
    def of(cls, settings: ServerSettings) -> Self | None:
        """What reads the tokens of a server; None if it takes none.

        Raises:
            ConfigError: If the key file holds no key.
        """
        if settings.jwt_key is None or settings.jwt_issuer is None or settings.jwt_audience is None:
            return None
        return cls(settings.jwt_key, settings.jwt_issuer, settings.jwt_audience)

    def read(self, text: str) -> ApiKey:
        """What a token allows.

        Args:
            text: The token.

        Raises:
            ProblemError: 401 if it is not valid.
        """
        try:
            claims = jwt.decode(
                text,
                self._key,
                algorithms=[self._algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": list(_CLAIMS)},
            )
        except jwt.PyJWTError as error:
            raise refused_token(f"the token is not valid: {error}") from error
        tenants = _names_in(claims, "tenants")
        if "tenants" in claims and not tenants:
            # No tenants at all stand for any of them, which nobody means by an empty list.
            raise refused_token("the token is not valid: it is for no tenant")
        names = _names_in(claims, "scope") | _names_in(claims, "scopes")
        scopes = frozenset(scope for scope in Scope if scope in names)
        return ApiKey(name=f"token of {claims['sub']}", scopes=scopes, tenants=tenants, expires=int(claims["exp"]))


def is_token(text: str) -> bool:
    """Whether a text looks like a JSON Web Token, valid or not: three parts, the first of them a JSON object."""
    return text.startswith("eyJ") and text.count(".") == 2


def refused_token(detail: str) -> ProblemError:
    """The answer to a request whose token is not taken."""
    challenge = {"WWW-Authenticate": 'Bearer realm="logtui", error="invalid_token"'}
    return ProblemError(HTTPStatus.UNAUTHORIZED, detail, reason="unauthorized", headers=challenge)


def _names_in(claims: dict[str, Any], claim: str) -> frozenset[str]:
    """The names in a claim: a list, or a text with spaces between them."""
    found = claims.get(claim, [])
    each = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(name for name in each if isinstance(name, str) and name)


def _key_in(file: Path) -> tuple[RSAPublicKey | bytes, str]:
    """The key in a file and the algorithm that it is for."""
    try:
        data = file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    if data.startswith(b"-----BEGIN"):
        return _rsa_key(data, file), "RS256"
    if len(data) < _LEAST_SECRET_BYTES:
        raise ConfigError(f"{file}: expected a secret of {_LEAST_SECRET_BYTES} bytes or more, got {len(data)}")
    return data, "HS256"


def _rsa_key(data: bytes, file: Path) -> RSAPublicKey:
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_RSA_BITS:
        raise ConfigError(f"{file}: expected the public key, PEM, of an RSA key of {_LEAST_RSA_BITS:,} bits or more")
    return key
