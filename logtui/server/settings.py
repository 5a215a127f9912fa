"""What can be set on a server: one declaration for the settings file, the environment, the options and the manual."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from logtui.alerts.notify.settings import NotifySettings
from logtui.engine.ingest.admission import HOLD_SECONDS
from logtui.errors import AddressError, ConfigError
from logtui.server.address import Address
from logtui.server.kinds import (
    ADDRESS,
    AGE,
    DATABASE,
    NETWORKS,
    PATH,
    QUEUE,
    REFERENCE,
    SECONDS,
    SIZE,
    STORE,
    SWITCH,
    TEXT,
    one_of,
    optional,
    whole,
)
from logtui.store.journal.file import CAP_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from logtui.server.kinds import Kind

MAX_RECORDS: Final = 1_000
MAX_BODY_BYTES: Final = 64 << 20
MIN_FREE_BYTES: Final = 256 << 20
"""Less than this free is a full disk: the journal's next segment and the worker's next one must fit."""


DRAIN_SECONDS: Final = 16
"""With what is needed to stop, an orchestrator's kill after 20 s is never met."""

SEARCH_TIMEOUT: Final = 30.0
MAX_SEARCH_TIMEOUT: Final = 300.0
SEARCHES: Final = 4
SEARCH_QUEUE: Final = 16
TAILS: Final = 16

_WHO_MAY_SEND: Final = (
    "name who may send with --tcp-allow CIDR or, over TCP, with --tls-client-ca FILE, or lift this with --insecure"
)
_DECLARED: Final = "declared"


class Role(StrEnum):
    """Which parts of a server a process runs."""

    SEPARATE = "separate"
    """None itself: front and worker run in processes of their own, which it watches."""

    ALL = "all"
    FRONT = "front"
    """Receives and answers."""

    WORKER = "worker"
    """Moves records from the journal into the store, merges and retains."""


class Raw(StrEnum):
    """What is stored of the raw texts of JSON records."""

    KEPT = "kept"
    REBUILT = "rebuilt"
    """What the fields do not hold; the rest is put in when the text is asked for."""


class Setting(NamedTuple):
    """What is known of a setting besides its default.

    Attributes:
        kind: The kind of its value.
        help: What it means, in one sentence.
    """

    kind: Kind
    help: str


def _declared(kind: Kind, text: str) -> Mapping[str, Setting]:
    return {_DECLARED: Setting(kind, text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What can be set on a server; each field says what it means."""

    data: Path = field(metadata=_declared(PATH, "The data folder; made if it is not there."))
    http: Address = field(default=Address("127.0.0.1", 8080), metadata=_declared(ADDRESS, "Where to listen for HTTP."))
    tcp: Address | None = field(
        default=Address("127.0.0.1", 5514),
        metadata=_declared(optional(ADDRESS), "Where to listen for syslog and JSON lines over TCP; none for nowhere."),
    )
    udp: Address | None = field(
        default=Address("127.0.0.1", 5514), metadata=_declared(optional(ADDRESS), "The same over UDP.")
    )
    tcp_allow: tuple[str, ...] = field(
        default=(), metadata=_declared(NETWORKS, "Take messages over TCP and UDP from these networks only.")
    )
    tls_cert: Path | None = field(
        default=None,
        metadata=_declared(
            optional(PATH), "The certificate, PEM, with which HTTP and TCP are encrypted; none for plain."
        ),
    )
    tls_key: Path | None = field(
        default=None, metadata=_declared(optional(PATH), "The private key of the certificate, PEM, unencrypted.")
    )
    tls_client_ca: Path | None = field(
        default=None,
        metadata=_declared(
            optional(PATH),
            "Authorities, PEM; over TCP only clients with a certificate signed by one of them may send; none to ask for"
            " none.",
        ),
    )
    trusted_proxy: tuple[str, ...] = field(
        default=(),
        metadata=_declared(NETWORKS, "Proxies whose X-Forwarded-For says who has sent a request, by their networks."),
    )
    role: Role = field(
        default=Role.SEPARATE,
        metadata=_declared(one_of(Role), "Which parts run; separate runs front and worker in processes of their own."),
    )
    queue: str | None = field(
        default=None,
        metadata=_declared(
            optional(QUEUE),
            "The Redis by which fronts reach the workers, such as redis://HOST:6379/0; none for the data folder.",
        ),
    )
    store: str | None = field(
        default=None,
        metadata=_declared(
            optional(STORE),
            "The ClickHouse that keeps the records, such as clickhouse://USER@HOST:8123/DATABASE, or chdb:///FOLDER for"
            " one in this process; none for the data folder.",
        ),
    )
    store_password: str | None = field(
        default=None,
        metadata=_declared(
            optional(REFERENCE), "Where the password of the store is: env:NAME for a variable, or file:PATH."
        ),
    )
    insecure: bool = field(
        default=False, metadata=_declared(SWITCH, "Take records without a key from programs of this machine.")
    )
    require_key: bool = field(
        default=False, metadata=_declared(SWITCH, "Ask for a key everywhere, also for reading on this machine.")
    )
    jwt_key: Path | None = field(
        default=None,
        metadata=_declared(
            optional(PATH),
            "A file with the RSA public key, PEM, or the secret of JSON Web Tokens.",
        ),
    )
    jwt_issuer: str | None = field(
        default=None, metadata=_declared(optional(TEXT), "Who has signed these tokens, the claim iss.")
    )
    jwt_audience: str | None = field(
        default=None, metadata=_declared(optional(TEXT), "For whom these tokens are, in the claim aud.")
    )
    max_records: int = field(
        default=MAX_RECORDS, metadata=_declared(whole(1), "Records in one request to /api/v1/logs.")
    )
    max_body_bytes: int = field(
        default=MAX_BODY_BYTES, metadata=_declared(whole(1, "BYTES"), "Size of one body, as sent and unpacked.")
    )
    hold_seconds: float = field(
        default=HOLD_SECONDS,
        metadata=_declared(SECONDS, "How long a request waits for room in the journal before it is refused."),
    )
    journal_bytes: int = field(
        default=CAP_BYTES,
        metadata=_declared(
            whole(1 << 20, "BYTES"), "What may wait to be stored; beyond, senders wait and are refused."
        ),
    )
    min_free_bytes: int = field(
        default=MIN_FREE_BYTES, metadata=_declared(whole(0, "BYTES"), "Below this the disk counts as full.")
    )
    retention_age: timedelta | None = field(
        default=None,
        metadata=_declared(optional(AGE), "How long after their arrival records are kept, such as 30d; none for ever."),
    )
    retention_size: int | None = field(
        default=None,
        metadata=_declared(
            optional(SIZE), "What the stored records may take on the disk, such as 50GB, before the oldest go."
        ),
    )
    archive: Path | None = field(
        default=None,
        metadata=_declared(
            optional(PATH), "A folder that gets the records that are not kept any more; none to delete them."
        ),
    )
    raw: Raw = field(
        default=Raw.KEPT,
        metadata=_declared(
            one_of(Raw), "The raw texts of JSON records; rebuilt from the fields they take less room, and more CPU."
        ),
    )
    labels: Path | None = field(
        default=None,
        metadata=_declared(
            optional(PATH), "A file of fields that are added to records, TOML, which is read at the start."
        ),
    )
    drain_seconds: int = field(
        default=DRAIN_SECONDS, metadata=_declared(whole(1, "SECONDS"), "How long ending may take.")
    )
    search_timeout: float = field(
        default=SEARCH_TIMEOUT, metadata=_declared(SECONDS, "Time for a search that does not state its own.")
    )
    max_search_timeout: float = field(
        default=MAX_SEARCH_TIMEOUT, metadata=_declared(SECONDS, "Most time that a search may ask for.")
    )
    searches: int = field(default=SEARCHES, metadata=_declared(whole(1), "Searches that run at once."))
    search_queue: int = field(
        default=SEARCH_QUEUE, metadata=_declared(whole(0), "Searches that wait for these; others are refused.")
    )
    tails: int = field(default=TAILS, metadata=_declared(whole(0), "Clients that follow records as they are stored."))
    alerts_url: str | None = field(
        default=None,
        metadata=_declared(
            optional(DATABASE),
            "Where alerts are kept, and keys if it is PostgreSQL, such as postgresql://USER@HOST/NAME; none for the"
            " data folder.",
        ),
    )
    rules: Path | None = field(
        default=None,
        metadata=_declared(optional(PATH), "A file of alert rules, TOML or YAML, that is read again when it changes."),
    )
    allow_webhook: tuple[str, ...] = field(
        default=(),
        metadata=_declared(NETWORKS, "Let webhooks of alerts reach these networks, although they are not public."),
    )
    notify: NotifySettings = field(default=NotifySettings())
    """Access to those who are told of alerts: the section of this name in the settings file, and nowhere else."""

    @property
    def notifiers(self) -> NotifySettings:
        """Access to those who are told of alerts, with the networks of `allow_webhook`."""
        return msgspec.structs.replace(self.notify, allow_webhook=(*self.notify.allow_webhook, *self.allow_webhook))

    def check(self) -> None:
        """Make sure that settings fit together, and that nobody sends from other machines whom nobody has allowed to.

        Raises:
            ConfigError: If they contradict each other.
            AddressError: If other machines could send messages, which carry no key.
        """
        if self.insecure and self.require_key:
            raise ConfigError("--insecure and --require-key contradict each other")
        if self.archive and not (self.retention_age or self.retention_size):
            raise ConfigError("--archive needs --retention-age or --retention-size")
        if self.store:
            self._check_store(self.store)
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ConfigError("--tls-cert and --tls-key need each other")
        if self.tls_client_ca and self.tls_cert is None:
            raise ConfigError("--tls-client-ca needs --tls-cert and --tls-key")
        if len({each is None for each in (self.jwt_key, self.jwt_issuer, self.jwt_audience)}) > 1:
            raise ConfigError("--jwt-key, --jwt-issuer and --jwt-audience need each other")
        for address, has_certificates in ((self.tcp, self.tls_client_ca is not None), (self.udp, False)):
            if address and not (address.is_loopback or self.tcp_allow or self.insecure or has_certificates):
                raise AddressError(
                    f"{address} can be reached from other machines, and messages carry no key", hint=_WHO_MAY_SEND
                )

    def _check_store(self, address: str) -> None:
        """Refuse what only the store of the data folder has, and a folder of ClickHouse for several processes.

        Raises:
            ConfigError: If it is set.
        """
        only_embedded = {"--archive": self.archive, "--retention-size": self.retention_size}
        stated = [name for name, value in only_embedded.items() if value] + ["--raw rebuilt"] * (
            self.raw == Raw.REBUILT
        )
        if stated:
            raise ConfigError(f"{stated[0]} is of the store in the data folder, and not of --store")
        if address.startswith("chdb:") and self.role != Role.ALL:
            raise ConfigError("--store chdb:///FOLDER is opened by one process alone", hint="add --role all")


SETTINGS: Final[Mapping[str, Setting]] = {
    each.name: each.metadata[_DECLARED] for each in fields(ServerSettings) if _DECLARED in each.metadata
}
"""All settings with an option and a variable, by name, in the order of the manual."""

DEFAULTS: Final[Mapping[str, object]] = {
    each.name: each.default for each in fields(ServerSettings) if each.name in SETTINGS and each.default is not MISSING
}
"""The defaults by name; the data folder has none."""
