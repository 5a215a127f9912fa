"""Encryption of what a server receives."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from logtui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.server.settings import ServerSettings


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """The encryption of messages over TCP: the certificate of a server, and which ones its clients must have.

    Args:
        settings: The settings of the server.

    Returns:
        What to encrypt with; None if the server has no certificate.

    Raises:
        ConfigError: If the files cannot be read, or do not belong together.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # Without a password, OpenSSL asks for the one of an encrypted key on the terminal.
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except OSError as error:
        raise _unusable(
            f"{settings.tls_cert}, {settings.tls_key}", error, "certificate with its key, unencrypted"
        ) from error
    if settings.tls_client_ca:
        _ask_clients(context, settings.tls_client_ca)
    return context


def _ask_clients(context: ssl.SSLContext, authorities: Path) -> None:
    """Refuse clients without a certificate that one of the authorities has signed."""
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_verify_locations(authorities)
    except OSError as error:
        raise _unusable(str(authorities), error, "certificate of an authority") from error


def _unusable(files: str, error: OSError, expected: str) -> ConfigError:
    return ConfigError(f"{files}: {f'no {expected}' if isinstance(error, ssl.SSLError) else error.strerror}")
