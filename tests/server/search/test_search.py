"""Searches over records that came in through the server."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.server.running import Server
from tests.server.search.asking import ask, found, messages
from tests.server.search.conftest import day

if TYPE_CHECKING:
    from pathlib import Path

RANGE = {"since": "2024-01-15T00:00:00Z", "until": "2024-01-15T23:59:59Z"}
SIMPLE_DEMO = b"""{
    "query": "timeout",
    "from": "2024-01-15T00:00:00Z",
    "to": "2024-01-15T23:59:59Z",
    "limit": 100
  }"""
FILTERED_DEMO = b"""{
    "query": "level:error AND service:api",
    "from": "2024-01-15T00:00:00Z",
    "to": "2024-01-15T23:59:59Z"
  }"""
QUERIES: dict[str, Any] = {
    "timeout": lambda each: "timeout" in each["message"].lower(),
    "level:error": lambda each: each["level"] == "error",
    "service:api": lambda each: each["service"] == "api",
    "level:error AND service:api": lambda each: each["level"] == "error" and each["service"] == "api",
    "level:error OR service:web": lambda each: each["level"] == "error" or each["service"] == "web",
    "timeout NOT level:error": lambda each: "timeout" in each["message"].lower() and each["level"] != "error",
    "message:*timeout*": lambda each: "timeout" in each["message"].lower(),
    "duration_ms:>1000": lambda each: each.get("duration_ms", 0) > 1000,
    "duration_ms:[100 TO 300]": lambda each: 100 <= each.get("duration_ms", 0) <= 300,
    "user.id:u3": lambda each: each.get("user") == {"id": "u3"},
    "/processed 1./": lambda each: each["message"].startswith("Request processed 1") and len(each["message"]) > 19,
    "*": lambda _: True,
    "nothing_like_this": lambda _: False,
}


def test_the_simple_demo_answers_as_printed(server: Server) -> None:
    answer = server.request("POST", "/api/v1/search", SIMPLE_DEMO, {"Content-Type": "application/json"})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert (answer.json["total"], answer.json["total_relation"], answer.json["partial"]) == (17, "eq", False)
    assert len(answer.json["logs"]) == 17
    assert answer.json["took_ms"] >= 0
    assert answer.json["range"] == {"from": "2024-01-15T00:00:00Z", "to": "2024-01-16T00:00:00Z"}


def test_the_filtered_demo_needs_no_content_type_of_json(server: Server) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}  # as `curl -d` sends
    answer = server.request("POST", "/api/v1/search", FILTERED_DEMO, form).json
    expected = [each["message"] for each in day() if each["level"] == "error" and each["service"] == "api"]
    assert messages(answer) == expected[::-1]
    assert answer["total"] == len(expected) > 3


@pytest.mark.parametrize("query", QUERIES)
def test_each_operator_finds_what_it_means(query: str, server: Server) -> None:
    answer = found(server, query=query, order="oldest_first")
    expected = [each["message"] for each in day() if QUERIES[query](each)]
    assert messages(answer) == expected
    assert answer["total"] == len(expected)
    assert answer["cursor"] is None


def test_form_address_and_alias_ask_the_same(server: Server) -> None:
    parameters = {"query": "timeout", "from": "2024-01-15", "to": "2024-01-15", "limit": "3", "highlight": "true"}
    form = urlencode(parameters)
    answers = [
        server.request("GET", f"/api/v1/search?{form}").json,
        server.request("GET", f"/query?{form}").json,
        server.request("POST", f"/query?{form}").json,
        server.request("POST", "/api/v1/search", form).json,
        ask(server, "/query", since="2024-01-15", until="2024-01-15", query="timeout", limit=3, highlight=True).json,
    ]
    assert {json.dumps(each["logs"]) for each in answers} == {json.dumps(answers[0]["logs"])}
    assert [each["total"] for each in answers] == [17] * 5


def test_an_empty_search_finds_everything(server: Server) -> None:
    assert found(server)["total"] == server.request("POST", "/query").json["total"] == 50


@pytest.mark.parametrize(
    ("until", "total"),
    [
        ("2024-01-15", 49),
        ("2024-01-15T23:59:59Z", 49),
        ("2024-01-15T23:00Z", 48),
        ("2024-01-16", 50),
        (1705363200, 50),
        (1705363199, 49),
        (1705363199700, 49),
        ("1705363199699", 48),
        ("2024-01-15T23:59:59.7Z", 49),
    ],
)
def test_the_end_includes_the_unit_in_which_it_is_written(until: object, total: int, server: Server) -> None:
    assert found(server, until=until, limit=0)["total"] == total


def test_times_without_a_zone_are_those_of_tz(server: Server) -> None:
    answer = found(server, since="2024-01-15 01:00", until="2024-01-15 01:00", tz="Europe/Berlin")
    assert [log["timestamp"] for log in answer["logs"]] == ["2024-01-15T00:00:00Z"] * 2


@pytest.mark.parametrize(("tz", "shown"), [("+05:30", "05:30"), ("-0800", "2024-01-14 16:00"), ("UTC+2", "02:00")])
def test_tz_may_be_an_offset(tz: str, shown: str, server: Server) -> None:
    moment = shown if "-" in shown else f"2024-01-15 {shown}"
    answer = found(server, since=moment, until=moment, tz=tz)
    assert [log["timestamp"] for log in answer["logs"]] == ["2024-01-15T00:00:00Z"] * 2


def test_days_begin_where_the_clocks_of_an_offset_show_it(server: Server) -> None:
    days = found(server, query="* | stats count() by bucket(1d)", tz="+05:30")["rows"]
    assert {day["time"] for day in days} == {"2024-01-14T18:30:00Z", "2024-01-15T18:30:00Z"}


def test_a_log_is_what_the_export_writes_with_its_number(server: Server) -> None:
    log = found(server, query="message:processed duration_ms:100")["logs"][0]
    assert log.pop("id") == 2
    assert log.pop("source") == "127.0.0.1"
    assert log == {
        "timestamp": "2024-01-15T00:00:00Z",
        "level": "warn",
        "service": "api",
        "host": None,
        "logger": None,
        "message": "Request processed 1",
        "line": None,
        "format": "json",
        "fields": {"duration_ms": 100, "user": "u1"},
    }


def test_chosen_fields_make_flat_logs(server: Server) -> None:
    log = found(server, query="duration_ms:100", fields=["service", "duration_ms", "none"])["logs"][0]
    assert log == {"id": 2, "service": "api", "duration_ms": 100, "none": None}


def test_words_are_highlighted_in_characters_of_the_message(server: Server) -> None:
    logs = found(server, query="timeout OR processed", highlight=True, limit=3, until="2024-01-15")["logs"]
    assert logs[0]["highlight"] == {"message": {"spans": [[9, 16]], "text": "İstanbul <em>timeout</em>"}}
    assert logs[1]["highlight"]["message"]["text"].startswith("Request <em>processed</em>")
    assert found(server, query="level:error", highlight=True)["logs"][0]["highlight"] == {}
    (log,) = found(server, query="service:a* NOT message:x", highlight=True, limit=1)["logs"]
    assert log["highlight"] == {"service": {"spans": [[0, 1]], "text": f"<em>a</em>{log['service'][1:]}"}}


def test_pipes_that_choose_columns_make_a_table(server: Server) -> None:
    answer = found(server, query="* | stats count() as n by service | sort -n", **RANGE)
    assert answer["columns"] == ["service", "n"]
    assert sum(row["n"] for row in answer["rows"]) == answer["total"] == 49
    assert (answer["logs"], answer["cursor"], answer["has_more"]) == ([], None, False)


def test_a_long_table_says_that_there_is_more(server: Server) -> None:
    answer = found(server, query="* | stats count() as n by message", limit=7)
    assert (len(answer["rows"]), answer["has_more"]) == (7, True)


def test_pipes_that_keep_records_make_logs(server: Server) -> None:
    answer = found(server, query="duration_ms:* | sort duration_ms | limit 2")
    assert messages(answer) == ["Database Timeout 0", "Request processed 1"]
    assert (answer["total"], answer["cursor"]) == (48, None)


def test_the_newest_record_that_a_query_counts_back_from_is_that_of_the_store(server: Server) -> None:
    assert messages(found(server, query="last:1m@end")) == ["the next day", "İstanbul timeout"]


def test_a_search_that_has_no_time_says_so(server: Server) -> None:
    answer = found(server, query="timeout", timeout=1e-6)
    assert (answer["partial"], answer["total_relation"]) == (True, "gte")


def test_a_server_that_has_stored_nothing_finds_nothing(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--role", "front") as server:
        answer = found(server, query="timeout last:5m@end")
        table = found(server, query="* | stats count() by level")
    assert (answer["logs"], answer["total"], answer["total_relation"], answer["partial"]) == ([], 0, "eq", False)
    assert table["total"] == 0


@pytest.mark.parametrize("value", ["5s", "1m", 5, 0.5])
def test_a_timeout_is_a_number_of_seconds_or_a_duration(value: object, server: Server) -> None:
    assert found(server, timeout=value)["partial"] is False


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown name": ({"qurey": "x"}, "there is no parameter 'qurey'"),
    "a number as query": ({"query": 5}, "query: expected a text, got a whole number"),
    "too many": ({"limit": 10_001}, "limit: expected a whole number <= 10000"),
    "a negative offset": ({"offset": -1}, "offset: expected a whole number >= 0"),
    "an order": ({"order": "up"}, "expected an order of newest_first or oldest_first, got 'up'"),
    "a start": ({"from": "soon"}, "from: expected a time, got 'soon'"),
    "an end": ({"to": "2024-13-01"}, "to: there is no time '2024-13-01'"),
    "a zone": ({"tz": "Nowhere"}, "tz: expected a time zone, got 'Nowhere'"),
    "a long timeout": ({"timeout": 301}, "timeout: expected more than 0 and at most 300 seconds"),
    "no time": ({"timeout": 0}, "timeout: expected more than 0 and at most 300 seconds"),
    "a wrong duration": ({"timeout": "long"}, "timeout: expected a duration, got 'long'"),
    "a cursor": ({"cursor": "x"}, "the cursor is none of this server's"),
    "two beginnings": ({"cursor": "x", "offset": 1}, "the cursor is none of this server's"),
    "an own member": ({"fields": ["id"]}, "'id' is a member of every log"),
    "a list": ({"query": ["x"]}, "query: expected a text, got a list"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_400_that_says_what_was_expected(name: str, server: Server) -> None:
    parameters, detail = FAULTS[name]
    answer = ask(server, **parameters)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json["detail"].startswith(detail)


def test_an_unknown_name_is_answered_with_the_nearest_known(server: Server) -> None:
    assert ask(server, qurey="x").json["suggestion"] == "did you mean query?"
    assert "aggregations" in ask(server, zzzzzz="x").json["suggestion"]


@pytest.mark.parametrize(
    "body", [b'{"query": ', b"[1]", b"hello", b"\xff\xfe", b'{"query": "x"} x', b"query=a&query=b"]
)
def test_a_body_that_is_no_search_is_a_400(body: bytes, server: Server) -> None:
    assert server.request("POST", "/api/v1/search", body).status == 400


def test_parameters_in_two_places_are_a_400(server: Server) -> None:
    assert server.request("POST", "/api/v1/search?limit=5", b'{"query": "x"}').status == 400


def test_a_query_that_does_not_parse_is_a_400_with_its_place_and_a_caret(server: Server) -> None:
    answer = ask(server, query="timeout AND (level:error")
    assert answer.status == 400
    problem = answer.json
    assert 0 <= problem["start"] < problem["end"] <= 25
    line, caret, message = problem["caret"].split("\n")[:3]
    assert line == "timeout AND (level:error"
    assert caret.index("^") == problem["start"]
    assert message == problem["detail"]


NAMES = ("query", "from", "to", "limit", "order", "cursor", "offset", "fields", "highlight", "timeout", "tz")
ODD: tuple[object, ...] = (
    *("", " ", "\0", "é\n", "../zone", "(", "/(/", "level:>", "* | stats", "* | limit 0", "* | fields nothing"),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59.999999Z",
        "-99999999d",
        "1e9999d",
        "last:99999999y",
        "9" * 10,
        "9" * 19,
        "nan",
    ),
    *(-5, 0, 1, 1e300, 2**70, -(2**70), True, None, [], {}, [""], ["@id", "fields", "raw", "seq", "timestamp"]),
)


@pytest.mark.parametrize("name", NAMES)
def test_no_odd_value_is_a_fault_of_the_server(name: str, server: Server) -> None:
    for value in ODD:
        parameters: dict[str, Any] = {name: value}
        answer = ask(server, **parameters)
        assert answer.status in (200, 400), (value, answer.body)
        assert answer.json["detail" if answer.status == 400 else "logs"] is not None


def test_who_only_ends_its_sending_has_its_answer(server: Server) -> None:
    body = b'{"query": "message:processed", "limit": 0}'
    head = f"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        whole = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert json.loads(whole.rpartition(b"\r\n\r\n")[2])["total"] == 32
