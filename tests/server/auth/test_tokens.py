"""Tokens of an issuer, made here as an issuer makes them."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from logtui.errors import ConfigError
from logtui.server.auth.scopes import Scope
from logtui.server.auth.tokens import Tokens, is_token
from logtui.server.problems import ProblemError
from tests.server.running import Server

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a secret that is long enough for it"
ISSUER, AUDIENCE = "https://login.example", "logtui"
PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
BODY = b'[{"timestamp": "2026-01-15T10:00:00Z", "message": "m"}]'


def claims(**changed: object) -> dict[str, object]:
    stated = {"iss": ISSUER, "aud": AUDIENCE, "sub": "shipper", "exp": int(time.time()) + 600, "scope": "ingest"}
    return {name: value for name, value in {**stated, **changed}.items() if value is not None}


def token(**changed: object) -> str:
    return jwt.encode(claims(**changed), SECRET, "HS256")


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    return Tokens(tmp_path / "secret", ISSUER, AUDIENCE)


def test_scopes_and_tenants_come_from_claims(tokens: Tokens) -> None:
    found = tokens.read(token(scope="openid read ingest", tenants=["a", "b"]))
    assert (found.name, set(found.scopes), set(found.tenants)) == (
        "token of shipper",
        {Scope.READ, Scope.INGEST},
        {"a", "b"},
    )
    listed = tokens.read(token(scope=None, scopes=["admin"], tenants="a"))
    assert (set(listed.scopes), set(listed.tenants)) == ({Scope.ADMIN}, {"a"})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "exp"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"iss": None}, "iss"),
        ({"aud": "other"}, "Audience"),
        ({"aud": None}, "aud"),
        ({"sub": None}, "sub"),
        ({"nbf": int(time.time()) + 600}, "not yet valid"),
        ({"tenants": []}, "no tenant"),
    ],
)
def test_tokens_that_are_not_valid_are_401_and_say_why(changed: dict[str, object], reason: str, tokens: Tokens) -> None:
    with pytest.raises(ProblemError, match=f"the token is not valid: .*{reason}") as raised:
        tokens.read(token(**changed))
    assert raised.value.status == 401


def test_a_token_signed_by_another_key_or_by_none_is_refused(tokens: Tokens) -> None:
    unsigned = jwt.encode(claims(), "", "none")
    for text in (
        jwt.encode(claims(), SECRET[::-1], "HS256"),
        unsigned,
        "eyJ.eyJ.x",
        jwt.encode(claims(), PRIVATE, "RS256"),
    ):
        with pytest.raises(ProblemError, match="not valid"):
            tokens.read(text)


def test_an_issuer_with_an_rsa_key_signs_rs256_and_its_public_key_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "issuer.pem").write_bytes(PUBLIC)
    tokens = Tokens(tmp_path / "issuer.pem", ISSUER, AUDIENCE)
    assert tokens.read(jwt.encode(claims(), PRIVATE, "RS256")).scopes == {Scope.INGEST}
    with pytest.raises(ProblemError, match="not valid"):
        tokens.read(forged(PUBLIC))


def forged(secret: bytes) -> str:
    """A token of HS256 whose secret is a public key, which the library does not make."""
    algorithm = jwt.get_algorithm_by_name("HS256")
    header, payload = token().split(".")[:2]
    signature = algorithm.sign(f"{header}.{payload}".encode(), secret)
    return f"{header}.{payload}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def private_pem() -> bytes:
    return PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def curve_pem() -> bytes:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"short", "32 bytes or more, got 5"),
        (private_pem(), "expected the public key"),
        (curve_pem(), "expected the public key"),
        (b"-----BEGIN nothing", "expected the public key"),
    ],
    ids=["short", "private", "curve", "broken"],
)
def test_a_file_that_holds_no_key_is_named(data: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=message) as raised:
        Tokens(file, ISSUER, AUDIENCE)
    assert str(file) in raised.value.message


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        Tokens(tmp_path / "key", ISSUER, AUDIENCE)


def test_keys_do_not_look_like_tokens() -> None:
    assert is_token(token())
    assert not is_token("logtui_eyJ.a.b")


def test_a_server_takes_tokens_beside_keys(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    options = ("--jwt-key", str(tmp_path / "secret"), "--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE)
    with Server(tmp_path / "data", *options) as server:

        def status(text: str, path: str = "/api/v1/logs", **headers: str) -> int:
            given = {"Authorization": f"Bearer {text}", **headers}
            return server.request("POST" if path == "/api/v1/logs" else "GET", path, BODY, given).status

        assert (status(token()), status(server.key)) == (202, 202)
        assert status(token(exp=1)) == 401
        assert status(token(), "/metrics") == 403
        assert status(token(tenants=["a"]), **{"X-Tenant": "b"}) == 403


def test_a_server_without_an_issuer_says_that_it_takes_no_tokens(shared: Server) -> None:
    answer = shared.request("POST", "/api/v1/logs", BODY, {"Authorization": f"Bearer {token()}"})
    assert answer.status == 401
    assert answer.json["detail"].startswith("this server takes no JSON Web Tokens")
    assert "invalid_token" in answer.headers["www-authenticate"]
