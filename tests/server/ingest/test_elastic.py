"""Elasticsearch's bulk API: documents become records, and the reply is the one that each client looks for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.ingest.elastic import probe, translate
from tests.server.ingest.reading import rows_of

TIME = datetime(2025, 10, 7, 16, 0, 0, 26_000, tzinfo=UTC)
FILEBEAT = (
    b'{"create":{"_index":"filebeat-8.9.0"}}\n'
    b'{"@timestamp":"2025-10-07T16:00:00.026Z","message":"db down",'
    b'"log":{"level":"error","file":{"path":"/var/log/a"}},'
    b'"host":{"name":"web-1"},"agent":{"type":"filebeat","version":"8.9.0"},"ecs":{"version":"8.0.0"}}\n'
)
FLUENT_BIT = (
    b'{"create":{"_index":"fluent-bit","_id":"9f5c1a"}}\n'
    b'{"@timestamp":"2025-10-07T16:00:00.026Z","log":"level=error msg=\\"db down\\"","stream":"stderr"}\n'
)
VECTOR = (
    b'{"index":{"_index":"vector-2025.10.07"}}\n'
    b'{"host":"web-1","message":"db down","source_type":"file","timestamp":"2025-10-07T16:00:00.026Z"}\n'
)
LOGSTASH = (
    b'{"index":{"_id":null,"_index":"logstash","routing":null}}\n'
    b'{"@timestamp":"2025-10-07T16:00:00.026Z","@version":"1","message":"db down","level":"ERROR"}\n'
)


@pytest.mark.parametrize("body", [FILEBEAT, FLUENT_BIT, VECTOR, LOGSTASH])
def test_what_the_shippers_send_becomes_a_record(body: bytes) -> None:
    translated = translate(body)
    (row,) = rows_of(translated)
    assert (row["timestamp"], row["message"]) == (TIME, "db down")
    assert row.get("level", "error") == "error"
    assert row["@_index"] == json.loads(body.split(b"\n")[0]).popitem()[1]["_index"]
    assert (translated.reply.status, translated.reply.headers["X-Elastic-Product"]) == (200, "Elasticsearch")


def test_the_reply_to_sound_documents_holds_the_text_that_fluent_bit_looks_for() -> None:
    assert translate(FLUENT_BIT).reply.body == (
        b'{"took":0,"errors":false,"items":[{"create":{"_index":"fluent-bit","_id":"9f5c1a","status":201}}]}'
    )


def test_a_stated_identifier_is_kept_and_answered_and_a_missing_one_is_made() -> None:
    translated = translate(FLUENT_BIT + FILEBEAT + LOGSTASH + b'{"index":{"_id":7}}\n{"message":"a"}\n')
    answered = [each["_id"] for item in json.loads(translated.reply.body)["items"] for each in item.values()]
    assert (answered[0], answered[3]) == ("9f5c1a", "7")
    assert [len(each) for each in answered[1:3]] == [20, 20]
    assert len(set(answered)) == 4
    assert [row.get("@_id") for row in rows_of(translated)] == ["9f5c1a", None, None, "7"]


def test_a_batch_is_known_again_by_the_identifiers_of_its_documents() -> None:
    assert translate(FLUENT_BIT).key == translate(FLUENT_BIT).key
    others = (translate(FLUENT_BIT, "logs"), translate(FLUENT_BIT + FLUENT_BIT), translate(FLUENT_BIT + b"\n"))
    assert translate(FLUENT_BIT).key not in {"", *(each.key for each in others)}
    assert translate(FLUENT_BIT + FILEBEAT).key == ""


def test_each_document_has_its_own_outcome_in_the_order_of_the_request() -> None:
    body = (
        b'{"index":{}}\n{"message":"a"}\n'
        b'{"index":{}}\n{"message":\n'
        b'{"delete":{"_id":"7"}}\n'
        b'{"update":{"_id":"8"}}\n{"doc":{"message":"b"}}\n'
        b'{"create":{"_index":"own"}}\r\n{"message":"c"}\r\n'
        b'{"create":{}}\n{"n":1}\n'
        b'{"create":{}}'
    )
    translated = translate(body, "logs")
    answered = json.loads(translated.reply.body)
    assert answered["errors"] is True
    assert [(*item, *(each["status"] for each in item.values())) for item in answered["items"]] == [
        ("index", 201),
        ("index", 400),
        ("delete", 400),
        ("update", 400),
        ("create", 201),
        ("create", 400),
        ("create", 400),
    ]
    assert [(row["message"], row["@_index"]) for row in rows_of(translated)] == [("a", "logs"), ("c", "own")]
    assert [each.position for each in translated.accepted.rejections] == [1, 2, 3, 5, 6]
    assert answered["items"][5]["create"]["error"]["reason"].startswith("expected a string under `message`")


def test_a_line_that_is_no_action_does_not_stop_the_others() -> None:
    translated = translate(b'nonsense\n{"index":{}}\n{"message":"a"}\n{"index":{},"create":{}}\n{"fly":{}}\n')
    assert [row["message"] for row in rows_of(translated)] == ["a"]
    assert [each.position for each in translated.accepted.rejections] == [0, 2, 3]


def test_a_document_without_an_action_is_told_in_words() -> None:
    (rejection,) = translate(b'{"message":"a"}\n').accepted.rejections
    assert rejection.reason.endswith("but [...]: expected an object or nothing, got a text")


def test_an_empty_request_is_refused() -> None:
    assert (translate(b"\n").reply.status, translate(b"\n").accepted.count) == (400, 0)


def test_an_empty_document_and_one_with_blanks_keep_their_index() -> None:
    translated = translate(b'{"index":{}}\n{ "message": "a" }\n{"index":{}}\n{ }\n', "logs")
    assert [row["@_index"] for row in rows_of(translated)] == ["logs"]
    assert json.loads(translated.accepted.rejections[0].raw) == {"_index": "logs"}


def test_documents_that_close_each_other_stay_apart() -> None:
    body = b'{"index":{}}\n{"a":[\n{"index":{}}\n{"message":"x"}\n{"index":{}}\n]}\n'
    statuses = [item["index"]["status"] for item in json.loads(translate(body).reply.body)["items"]]
    assert statuses == [400, 201, 400]


@pytest.mark.parametrize("path", ["/", "", "/_license", "/_cluster/health"])
def test_questions_of_clients_are_answered(path: str) -> None:
    reply = probe(path)
    assert reply is not None
    assert (reply.status, reply.headers["X-Elastic-Product"]) == (200, "Elasticsearch")
    assert json.loads(reply.body)


@pytest.mark.parametrize(
    "path",
    ["/_ilm/policy/filebeat", "/_index_template/a/", "/_ingest/pipeline/p", "/_nodes/http", "/_logstash", "/logstash"],
)
def test_what_clients_set_up_is_answered_with_nothing(path: str) -> None:
    reply = probe(path)
    assert reply is not None
    assert (reply.status, reply.body) == (200, b"{}")


def test_the_version_is_one_that_clients_take() -> None:
    reply = probe("/")
    assert reply is not None
    assert json.loads(reply.body)["version"]["number"] == "8.9.0"


def test_other_paths_are_no_questions_of_clients() -> None:
    assert probe("/api/v1/logs") is None


LINES = st.one_of(
    st.sampled_from(
        [b'{"index":{}}', b'{"create":null}', b'{"delete":{}}', b'{"message":"a"}', b"{", b'{"n":1}', b"[]"]
    ),
    st.binary(max_size=10),
)


@given(st.lists(LINES, min_size=1).map(b"\n".join))
def test_there_is_one_outcome_for_each_action_and_each_failure_is_a_rejection(body: bytes) -> None:
    translated = translate(body, "logs")
    answered = json.loads(translated.reply.body)
    statuses = [each["status"] for item in answered.get("items", []) for each in item.values()]
    failed = {each.position for each in translated.accepted.rejections}
    assert {place for place, status in enumerate(statuses) if status == 400} == failed
    assert translated.accepted.count >= statuses.count(201)
