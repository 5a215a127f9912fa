"""`logtui serve` as its users meet it: a process, HTTP, signals, a disk that refuses."""

from __future__ import annotations

import gzip
import json
import resource
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING

import pytest

from logtui.store.dead_letters import DeadLetters
from tests.cli.helpers import PROGRAM, logtui
from tests.server.running import WAIT_SECONDS, Server, record, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


FULL_AFTER_ONE = ("--role", "front", "--journal-bytes", str(1 << 20))
LARGE = [record(text="x" * 1000) for _ in range(900)]
"""A batch that leaves a journal of 1 MiB no room for another."""

ANYWHERE = ("--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--udp", "127.0.0.1:0")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as running:
        yield running


def test_records_are_acknowledged_and_found(server: Server) -> None:
    answer = server.post([record(1), record(2)])
    assert (answer.status, answer.body) == (202, b'{"ingested": 2}')
    assert server.stop() == 0
    assert stored(server.folder) == ["record 1", "record 2"]
    assert stored(server.folder, "source") == ["127.0.0.1"] * 2


def test_the_log_of_the_server_is_json_and_holds_no_key(server: Server) -> None:
    server.post([record()])
    server.stop()
    listening = ["listening", "listening for messages", "listening for messages"]
    assert [line["message"] for line in server.log] == ["a first key was made", *listening, "ending", "ended"]
    assert server.key not in json.dumps(server.log)


class Sender:
    """Sends one record after the other, each as a batch with a key, and sends again what was not answered."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered = 0

    def send_until_it_ends(self, server: Server) -> None:
        while True:
            number = self.answered
            self.sent = number + 1
            try:
                answer = server.post([record(number)], Idempotency_Key=f"key {number}")
            except (OSError, HTTPException):
                return
            assert answer.status == 202
            self.answered = self.sent


@pytest.mark.slow
def test_records_are_there_exactly_once_after_crashes(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sender = Sender()
    for _ in range(4):
        enough = sender.answered + 5
        with Server(folder) as server:
            sending = threading.Thread(target=sender.send_until_it_ends, args=(server,))
            sending.start()
            wait_for(partial(_has_answered, sender, enough))
            server.kill()
            sending.join()
    with Server(folder) as server:
        unanswered = [record(number) for number in range(sender.answered, sender.sent)]
        assert server.post(unanswered, Idempotency_Key=f"key {sender.answered}").status == 202
        assert server.stop() == 0
    assert stored(folder) == [f"record {number}" for number in range(sender.sent)]


def _has_answered(sender: Sender, count: int) -> bool:
    return sender.answered >= count


def test_a_batch_that_is_sent_again_is_stored_once_also_after_a_crash(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    batch: list[dict[str, object]] = [record(1), record(2), {"message": "without a time"}]
    with Server(folder) as server:
        assert server.post(batch, Idempotency_Key="k1").json["ingested"] == 2
        again = server.post(batch, Idempotency_Key="k1").json
        assert (again["ingested"], again["duplicates"], again["rejected"]) == (0, 2, 1)
        assert server.post([record(3)], Idempotency_Key="k1").status == 422
    with Server(folder) as server:
        assert server.post(batch, Idempotency_Key="k1").json["duplicates"] == 2
        assert server.post(batch, Idempotency_Key="k2").json["ingested"] == 2
        server.stop()
    assert stored(folder) == ["record 1", "record 2"] * 2
    letters = DeadLetters(folder / "dead-letters.sqlite").page()
    assert [kept.letter.position for kept in letters] == [2, 2], "one under each key"


def test_the_dead_letters_of_a_batch_without_records_are_kept_once(server: Server) -> None:
    wrong = [{"message": "no time"}, {"message": "no time"}]
    for _ in range(2):
        answer = server.post(wrong, Idempotency_Key="all wrong").json
        assert (answer["ingested"], answer["rejected"]) == (0, 2)
    assert server.post([{"message": "another"}], Idempotency_Key="all wrong").status == 202
    letters = DeadLetters(server.folder / "dead-letters.sqlite").page()
    assert [kept.letter.position for kept in letters] == [0, 1, 0]


def test_the_sender_behind_a_trusted_proxy_is_the_source(tmp_path: Path) -> None:
    forwarded = {"X_Forwarded_For": "6.6.6.6, 203.0.113.9, 127.0.0.2"}
    for proxies, source in (([], "127.0.0.1"), (["--trusted-proxy", "127.0.0.0/8"], "203.0.113.9")):
        folder = tmp_path / source
        with Server(folder, *proxies) as server:
            assert server.post([record(1)], **forwarded).status == 202
            assert server.stop() == 0
        assert stored(folder, "source") == [source]


def test_requests_that_run_are_finished_when_the_server_ends(server: Server) -> None:
    body = json.dumps([record(7)]).encode()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = ("POST /ingest HTTP/1.1", "Host: localhost", f"X-API-Key: {server.key}", f"Content-Length: {len(body)}")
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body[:10])
        time.sleep(0.3)
        ended: list[int] = []
        stopping = threading.Thread(target=lambda: ended.append(server.stop()))
        stopping.start()
        time.sleep(0.3)
        connection.sendall(body[10:])
        assert connection.recv(4096).startswith(b"HTTP/1.1 202")
    stopping.join()
    assert ended == [0]
    assert stored(server.folder) == ["record 7"]


def test_an_idle_connection_does_not_hold_up_the_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)):
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 20


def test_a_second_server_on_a_folder_is_refused(server: Server) -> None:
    done = logtui("serve", "--data", server.folder, "--role", "all", *ANYWHERE)
    assert done.returncode == 2
    assert b"another process writes to the journal" in done.stderr


def test_an_address_that_is_taken_is_named(server: Server, tmp_path: Path) -> None:
    done = logtui(
        "serve", "--data", tmp_path / "other", "--role", "all", *ANYWHERE[2:], "--http", f"127.0.0.1:{server.port}"
    )
    assert done.returncode == 2
    assert f"127.0.0.1:{server.port}: Address already in use".encode() in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--http", "8080"], b"--http: expected HOST:PORT, such as 127.0.0.1:8080, got '8080'"),
        (["--role", "none"], b"--role: expected one of separate, all, front, worker, got 'none'"),
        (["--tcp", "0.0.0.0:0"], b"can be reached from other machines"),
        (["--tcp-allow", "office"], b"--tcp-allow: expected networks, such as 10.0.0.0/8, got 'office'"),
        (["--insecure", "--require-key"], b"contradict"),
    ],
    ids=["address", "role", "exposed", "network", "access"],
)
def test_wrong_options_are_explained(options: list[str], message: bytes, tmp_path: Path) -> None:
    done = logtui("serve", "--data", tmp_path / "data", *options)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_disk_that_refuses_is_loud_and_heals(server: Server) -> None:
    assert server.post([record(1)]).status == 202
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    refused = server.post([record(2)])
    assert refused.status == 503
    assert int(refused.headers["retry-after"]) > 0
    ready = server.request("GET", "/ready")
    assert ready.status == 503
    assert "File too large" in ready.json["reasons"][0]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    wait_for(lambda: server.request("GET", "/ready").status == 200)
    assert server.post([record(3)]).status == 202
    assert server.stop() == 0
    assert stored(server.folder) == ["record 1", "record 3"]


def test_a_full_disk_is_refused_before_it_fails(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--min-free-bytes", str(1 << 60)) as server:
        assert server.post([record()]).status == 503
        assert "the disk is full" in server.request("GET", "/ready").json["reasons"][0]


@pytest.mark.slow
def test_a_full_journal_holds_requests_and_then_refuses_them(tmp_path: Path) -> None:
    with Server(tmp_path / "data", *FULL_AFTER_ONE) as server:
        assert server.post(LARGE).status == 202
        began = time.monotonic()
        refused = server.post(LARGE)
        assert refused.status == 429
        assert 20 <= time.monotonic() - began < 30
        assert int(refused.headers["retry-after"]) > 0


def test_a_held_request_is_taken_once_there_is_room(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Server(folder, *FULL_AFTER_ONE) as server, ThreadPoolExecutor() as sender:
        assert server.post(LARGE).status == 202
        held = sender.submit(server.post, LARGE)
        worker = subprocess.Popen([*PROGRAM, "serve", "--data", str(folder), "--role", "worker"])
        try:
            assert held.result(WAIT_SECONDS).json == {"ingested": 900}
        finally:
            worker.terminate()
        assert worker.wait(WAIT_SECONDS) == 0


def test_a_server_ends_in_time_while_requests_are_held(tmp_path: Path) -> None:
    with Server(tmp_path / "data", *FULL_AFTER_ONE, "--drain-seconds", "2") as server, ThreadPoolExecutor() as sender:
        assert server.post(LARGE).status == 202
        held = sender.submit(server.post, LARGE)
        wait_for(lambda: waiting_bytes(server) > 0)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10
        assert held.exception() or held.result().status != 202


def waiting_bytes(server: Server) -> float:
    lines = server.request("GET", "/metrics").body.decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("ingestion_waiting_bytes "))


def test_front_and_worker_run_in_processes_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Server(folder, "--role", "front") as front:
        assert front.post([record(5)]).status == 202
        assert front.stop() == 0
    with Server(folder) as both:
        assert both.stop() == 0
    assert stored(folder) == ["record 5"]


def test_metrics_have_the_promised_series(server: Server) -> None:
    server.post([record(), {"message": "no time"}])
    server.post(b"[{")
    lines = server.request("GET", "/metrics").body.decode().splitlines()
    assert 'logs_ingested_total{method="http"} 1.0' in lines
    assert 'logs_rejected_total{method="http"} 1.0' in lines
    assert "dead_letters 1.0" in lines
    assert 'ingestion_errors_total{reason="body"} 1.0' in lines
    assert sum(line.startswith('ingestion_latency_seconds{quantile="0.99"}') for line in lines) == 1


def test_compressed_bodies_of_large_batches_are_taken(server: Server) -> None:
    body = gzip.compress(json.dumps([record(number) for number in range(5_000)]).encode())
    assert server.post(body, "/ingest", Content_Encoding="gzip").json == {"ingested": 5_000}
    server.stop()
    assert stored(server.folder) == [f"record {number}" for number in range(5_000)]


def test_messages_over_tcp_and_udp_are_stored_and_counted(server: Server) -> None:
    tcp, udp = (server.line_with(name)[name].rpartition(":") for name in ("tcp", "udp"))
    with socket.create_connection((tcp[0], int(tcp[2]))) as connection:
        connection.sendall(b"<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed\n")
        connection.sendall(b'{"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Hello"}\n')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"<14>1 2024-01-15T10:00:00Z myhost api - - - by datagram", (udp[0], int(udp[2])))
    wait_for(lambda: b'logs_ingested_total{method="udp"} 1.0' in server.request("GET", "/metrics").body)
    assert b'logs_ingested_total{method="tcp"} 2.0' in server.request("GET", "/metrics").body
    assert server.stop() == 0
    assert sorted(stored(server.folder)) == ["Hello", "Request processed", "by datagram"]
