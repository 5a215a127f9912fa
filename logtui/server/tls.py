"""Encryption of what a server receives."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from logtui.errors import ConfigError

if TYPE_CHECKING:
    from logtui.server.settings import ServerSettings


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """The certificate of a server with its key; None if it has none.

    Args:
        settings: The settings of the server.

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
        reason = error.strerror if not isinstance(error, ssl.SSLError) else "no certificate with its key, unencrypted"
        raise ConfigError(f"{settings.tls_cert}, {settings.tls_key}: {reason}") from error
    return context
