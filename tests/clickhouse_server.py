"""A ClickHouse server for tests: one process that owns chdb and speaks the HTTP that clickhouse-connect uses.

    python -m tests.clickhouse_server FOLDER --port 0 [--password TEXT]

It writes its port to standard output and runs until it is killed. `POST /faults` makes the next requests fail:

    [{"kind": "fail", "times": 2, "matching": "INSERT INTO logs"}]

Kinds: `fail` answers 503 and does nothing; `drop` closes the connection and does nothing; `lose` does what is asked and
closes the connection without an answer; `cut` does it and sends half of the answer; `slow` waits a second first.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, quote, urlsplit

import chdb
import zstandard

if TYPE_CHECKING:
    from chdb.state.sqlitelike import Connection

KINDS: Final = ("fail", "drop", "lose", "cut", "slow")
_SLOW_SECONDS: Final = 1.0
_FORMAT: Final = re.compile(rb"\s+FORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_INSERT: Final = re.compile(rb"\s*(INSERT\s+INTO\s.*?)\s+FORMAT\s+(\w+)[ \t]*\n?", re.IGNORECASE | re.DOTALL)
"""An insert with data: they follow its format, or are the body if the statement is a parameter."""

_CODE: Final = re.compile(r"Code: (\d+)\.")
_OF_HTTP: Final = frozenset(
    {
        *("query", "query_id", "database", "user", "password", "session_id", "wait_end_of_query", "buffer_size"),
        *("compress", "decompress", "enable_http_compression", "client_protocol_version"),
        *("send_progress_in_http_headers", "http_headers_progress_interval_ms"),
    }
)
"""Parameters of requests that are no settings of the engine."""

_CODE_HEADER: Final = "X-ClickHouse-Exception-Code"
_STATUSES: Final = {46: 404, 60: 404, 81: 404, 62: 400, 516: 403}
"""HTTP statuses by code; 500 for the others."""


@dataclass
class Fault:
    """What goes wrong with the next requests whose SQL holds a text."""

    kind: str
    times: int = 1
    matching: str = ""


class Engine:
    """chdb in a folder; each request has its own handle, because databases and settings belong to handles."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._kept = chdb.connect(self._folder)  # type: ignore[no-untyped-call]

    def run(self, parameters: dict[str, str], statement: bytes) -> bytes:
        """Run a statement, which may be followed by its data, as the parameters of a request ask."""
        handle = chdb.connect(self._folder)  # type: ignore[no-untyped-call]
        try:
            handle.query(f"USE `{parameters.get('database', 'default')}`")
            for name, value in parameters.items():
                if name not in _OF_HTTP and not name.startswith("param_"):
                    handle.query(f"SET {name} = {_quoted(value)}")
            values = {key.removeprefix("param_"): text for key, text in parameters.items() if key.startswith("param_")}
            return _run(handle, parameters.get("query", "").encode(), statement, values)
        finally:
            handle.close()


def _run(handle: Connection, query: bytes, body: bytes, values: dict[str, str]) -> bytes:
    text = query or body
    insert = _INSERT.match(text)
    if insert:
        with handle.send_insert(insert[1].decode(), insert[2].decode()) as target:
            target.append(body if query else body[insert.end() :])
            target.finish()
        return b""
    form = _FORMAT.search(text)
    sql = (text[: form.start()] if form else text).decode().rstrip("; \n")
    found: bytes = handle.query(sql, form[1].decode() if form else "TabSeparated", params=values).bytes() or b""
    return found


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Handler(BaseHTTPRequestHandler):
    """Answers as ClickHouse does, unless a fault is due."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base's
        """Say nothing."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/ping":
            self._answer(200, b"Ok.\n")
        elif self.path == "/faults":
            if body:
                self.server.faults = [Fault(**each) for each in json.loads(body)]
            self._answer(200, str(sum(fault.times for fault in self.server.faults)).encode())
        else:
            self._query(body)

    def _query(self, body: bytes) -> None:
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if "multipart/form-data" in self.headers.get("Content-Type", ""):
            parameters, body = parameters | self._form(body), b""
        if not self._is_allowed():
            return self._refuse("Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)")
        fault = self.server.fault_of(parameters.get("query", "") or body[:4096].decode(errors="replace"))
        if fault == "fail":
            return self._answer(503, b"Code: 202. DB::Exception: Too many simultaneous queries", {_CODE_HEADER: "202"})
        if fault == "drop":
            return self._hang_up()
        if fault == "slow":
            time.sleep(_SLOW_SECONDS)
        try:
            found = self.server.engine.run(parameters, body)
        except RuntimeError as error:
            return self._refuse(str(error))
        if fault == "lose":
            return self._hang_up()
        return self._answer(200, found, {"X-ClickHouse-Summary": "{}"}, is_cut=fault == "cut")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        encoding = self.headers.get("Content-Encoding", "")
        if encoding == "gzip":
            return gzip.decompress(body)
        return zstandard.ZstdDecompressor().decompressobj().decompress(body) if encoding == "zstd" else body

    def _form(self, body: bytes) -> dict[str, str]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + body).get_payload()
        return {_name(part): _text(part) for part in parts if isinstance(part, Message)}

    def _is_allowed(self) -> bool:
        given = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        return given.partition(":")[2] == self.server.password

    def _refuse(self, said: str) -> None:
        found = _CODE.search(said)
        code = int(found[1]) if found else 1002
        self._answer(_STATUSES.get(code, 500), said.encode(), {_CODE_HEADER: str(code)})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, is_cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"X-ClickHouse-Server-Display-Name": "tests", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_cut else body)
        if is_cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


class Server(ThreadingHTTPServer):
    """The server, its engine and the faults that are due."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int, password: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.engine = Engine(folder)
        self.password = password
        self.faults: list[Fault] = []
        self._lock = threading.Lock()

    def handle_error(self, request: Any, client_address: object) -> None:  # noqa: ANN401 - the base's
        """Say nothing of connections that clients and faults close."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def fault_of(self, sql: str) -> str | None:
        """The kind of the first fault that is due for a statement, which is then due once less."""
        with self._lock:
            for fault in self.faults:
                if fault.times > 0 and fault.matching in sql:
                    fault.times -= 1
                    return fault.kind
        return None


class ClickHouse:
    """The server in a process of its own, as tests see it.

    Args:
        folder: Where its data are; they are there after a kill too.
        password: What the user `default` needs.
    """

    def __init__(self, folder: Path, password: str = "") -> None:
        self._folder = folder
        self._password = password
        self.port = 0
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def address(self) -> str:
        """The address of its database `default`."""
        return self.address_of("default")

    def address_of(self, database: str) -> str:
        """The address of one of its databases."""
        user = f"default:{quote(self._password, safe='')}@" if self._password else ""
        return f"clickhouse://{user}127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, on the port that it had."""
        options = ["--port", str(self.port), "--password", self._password]
        command = [sys.executable, "-m", "tests.clickhouse_server", str(self._folder), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def fault(self, kind: str, times: int = 1, matching: str = "") -> None:
        """Let the next requests go wrong, and no others; see the module."""
        assert kind in KINDS
        self._ask_for([{"kind": kind, "times": times, "matching": matching}])

    def mend(self) -> None:
        """Let no requests go wrong any more."""
        self._ask_for([])

    def faults_due(self) -> int:
        """How many requests are still to go wrong."""
        return self._ask_for(None)

    def _ask_for(self, faults: list[dict[str, object]] | None) -> int:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("POST", "/faults", None if faults is None else json.dumps(faults))
            return int(connection.getresponse().read())


def main() -> None:
    """Run a server until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    server = Server(given.folder, given.port, given.password)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
