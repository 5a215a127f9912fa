"""Clients as they are installed, by the configurations of the manual: what they send is found, each record once."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.running import Server, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MANUAL = resources.files("logtui").joinpath("help", "shippers.md").read_text()
COUNT = 200
SENT = [f"record {number}" for number in range(COUNT)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as running:
        yield running


def port_of(server: Server, protocol: str) -> str:
    return str(server.line_with(protocol)[protocol].rpartition(":")[2])


def block(section: str, server: Server, number: int = 0) -> str:
    """A block of a section of the manual, for a server of this machine."""
    text = re.findall(rf"^## {section}\n.*?(?=^## |\Z)", MANUAL, re.MULTILINE | re.DOTALL)[0]
    code: str = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[number]
    for old, new in {
        "logs.example": "127.0.0.1",
        "KEY": server.key,
        "8080": str(server.port),
        "5514": port_of(server, "tcp"),
    }.items():
        code = code.replace(old, new)
    return code


def run(code: str, then: str = "") -> None:
    """Run a block of Python in a process of its own, and what uses it."""
    subprocess.run([sys.executable, "-c", code + textwrap.dedent(then)], check=True, timeout=60)


LOG_ALL = f"""
for number in range({COUNT}):
    logging.getLogger("shop").warning(f"record {{number}}")
handler.close()
"""


def found(server: Server, column: str = "message", count: int = COUNT) -> list[Any]:
    """A column of the records of a server, once they are all there."""
    wait_for(lambda: len(stored(server.folder)) >= count)
    assert server.stop() == 0
    return sorted(stored(server.folder, column))


@pytest.mark.parametrize("number", [0, 1], ids=["over HTTP", "over TCP"])
def test_the_handlers_of_python(server: Server, number: int) -> None:
    run(block("Python logging", server, number), LOG_ALL)
    assert found(server) == sorted(SENT)
    assert set(stored(server.folder, "level")) == {"warn"}


def test_pythons_http_handler_sends_arguments_in_the_message_and_tracebacks(server: Server) -> None:
    then = """
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger("shop").exception("order %d of %s failed", 7, object)
    """
    run(block("Python logging", server), then)
    assert found(server, count=1) == ["order 7 of <class 'object'> failed"]
    assert "ZeroDivisionError: division by zero" in stored(server.folder, "raw")[0]


def test_pythons_syslog_handler_over_udp(server: Server) -> None:
    code = block("Python logging", server, 1).replace("STREAM", "DGRAM")
    run(code.replace(port_of(server, "tcp"), port_of(server, "udp")), LOG_ALL)
    assert found(server) == sorted(SENT)


def test_the_exporter_of_opentelemetry(server: Server) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http._log_exporter")
    then = f"""
    from opentelemetry._logs import LogRecord, SeverityNumber
    for number in range({COUNT}):
        record = LogRecord(body=f"record {{number}}", severity_number=SeverityNumber.WARN)
        provider.get_logger("shop").emit(record)
    provider.shutdown()
    """
    run(block("OpenTelemetry SDK", server), then)
    assert found(server) == sorted(SENT)
    assert set(stored(server.folder, "level")) == {"warn"}


def test_the_bulk_helper_of_elasticsearch(server: Server) -> None:
    pytest.importorskip("elasticsearch")
    then = f"""
    time = "2026-01-15T10:00:00Z"
    actions = ({{"_index": "shop", "@timestamp": time, "message": f"record {{number}}"}} for number in range({COUNT}))
    assert helpers.bulk(client, actions) == ({COUNT}, [])
    """
    run(block("Elasticsearch clients", server), then)
    assert found(server, count=COUNT + 1) == sorted(["it works", *SENT])


def test_elasticsearchs_client_is_told_that_its_key_is_wrong(server: Server) -> None:
    elasticsearch = pytest.importorskip("elasticsearch")
    client = elasticsearch.Elasticsearch(f"http://127.0.0.1:{server.port}", basic_auth=("any", "wrong"))
    with pytest.raises(elasticsearch.AuthenticationException) as told:
        client.bulk(operations=[{"index": {}}, {"message": "lost"}])
    assert "the API key is wrong" in str(told.value.body)


def program(name: str) -> str:
    """A program that pip does not install."""
    path = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.mark.system
@pytest.mark.parametrize("options", [["--tcp", "--rfc5424"], ["--udp", "--rfc3164"]])
def test_logger(server: Server, options: Sequence[str]) -> None:
    port = port_of(server, options[0].strip("-"))
    command = [program("logger"), "--server", "127.0.0.1", "--port", port, *options, "--tag", "backup"]
    subprocess.run(command, input="\n".join(SENT).encode(), check=True, timeout=30)
    assert found(server) == sorted(SENT)


@pytest.mark.system
def test_the_line_of_logger_in_the_manual(server: Server) -> None:
    program("logger")
    subprocess.run(block("logger", server), shell=True, check=True, timeout=30)
    assert found(server, count=1) == ["done"]


@pytest.mark.system
def test_rsyslog(server: Server, tmp_path: Path) -> None:
    daemon, client = program("rsyslogd"), program("logger")
    log, configuration = tmp_path / "log", tmp_path / "rsyslog.conf"
    head = f'global(workDirectory="{tmp_path}")\nmodule(load="imuxsock" SysSock.Use="off")\n'
    source = f'input(type="imuxsock" Socket="{log}" RateLimit.Interval="0")\n'
    configuration.write_text(head + source + block("rsyslog", server))
    pid = tmp_path / "pid"
    running = subprocess.Popen([daemon, "-n", "-f", str(configuration), "-i", str(pid)])
    try:
        wait_for(log.exists)
        lines = "\n".join(SENT).encode()
        subprocess.run([client, "--socket", str(log), "--tag", "backup"], input=lines, check=True, timeout=30)
        assert found(server) == sorted(SENT)
    finally:
        running.terminate()
        running.wait(30)
