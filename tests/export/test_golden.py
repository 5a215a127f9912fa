"""The exact bytes of every output."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

import pytest

from logtui.export.table import TableWriter
from logtui.export.writers import WRITERS, write_frames
from tests.export.frames import SLOW, TRACE, frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

GOLDEN = {
    "jsonl": (
        '{"timestamp":"2025-10-07T15:05:12.345Z","level":"warn","service":"orders","host":"node-a1",'
        '"logger":"db.pool","message":"slow \\"query\\"","source":"orders.jsonl","line":7,"format":"json",'
        '"fields":{"duration_ms":1520.5,"user":"007","db.statement":"select 1, 2","cached":false}}\n'
        '{"timestamp":null,"level":"error","service":null,"host":null,"logger":null,'
        '"message":"Boom\\n  at Shop.pay(Shop.java:7)\\nCaused by: naïve 😀",'
        '"source":"messy.log","line":8,"format":"plain","fields":{}}\n'
    ),
    "csv": (
        "timestamp,level,service,host,logger,message,source,line,format,fields\r\n"
        '2025-10-07T15:05:12.345Z,warn,orders,node-a1,db.pool,"slow ""query""",orders.jsonl,7,json,'
        '"{""duration_ms"":1520.5,""user"":""007"",""db.statement"":""select 1, 2"",""cached"":false}"\r\n'
        ',error,,,,"Boom\n  at Shop.pay(Shop.java:7)\nCaused by: naïve 😀",messy.log,8,plain,{}\r\n'
    ),
    "text": (
        '2025-10-07T15:05:12.345Z WARN  orders slow "query"\n'
        "-                        ERROR -      Boom\n"
        "      at Shop.pay(Shop.java:7)\n"
        "    Caused by: naïve 😀\n"
    ),
    "raw": '{"msg": "slow"}\nBoom\n  at Shop.pay(Shop.java:7)\nCaused by: naïve 😀\n',
    "table": (
        "timestamp                 level  service  message\n"
        "────────────────────────  ─────  ───────  " + "─" * 78 + "\n"
        '2025-10-07T15:05:12.345Z  warn   orders   slow "query"\n'
        "                          error           Boom ⏎ at Shop.pay(Shop.java:7) ⏎ Caused by: naïve 😀\n"
    ),
}


def written(kind: str, *frames: pl.DataFrame, fields: Sequence[str] | None = None) -> str:
    stream = io.BytesIO()
    write_frames(frames, WRITERS[kind](stream, fields))
    return stream.getvalue().decode()


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


@pytest.mark.parametrize("kind", GOLDEN)
def test_output_has_these_bytes(kind: str) -> None:
    assert written(kind, frame(SLOW, TRACE)) == GOLDEN[kind]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "raw"])
def test_batches_that_differ_in_fields_read_like_one(kind: str) -> None:
    assert written(kind, frame(SLOW), frame(TRACE)) == GOLDEN[kind]


def test_json_is_an_array_of_the_jsonl_objects() -> None:
    first, second = GOLDEN["jsonl"].splitlines()
    assert written("json", frame(SLOW, TRACE)) == f"[\n{first}\n,{second}\n]\n"
    assert written("json", frame(SLOW), frame(), frame(TRACE)) == f"[\n{first}\n,{second}\n]\n"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("jsonl", ""),
        ("json", "[]\n"),
        ("csv", "timestamp,level,service,host,logger,message,source,line,format,fields\r\n"),
        ("text", ""),
        ("raw", ""),
        ("table", ""),
    ],
)
def test_nothing_found_is_still_valid_output(kind: str, expected: str) -> None:
    assert written(kind) == expected
    assert written(kind, frame()) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("jsonl", '{"duration_ms":1520.5,"severity":"warn","line":7,"nope":null,"user_id":"007"}\n'),
        ("csv", "duration_ms,severity,line,nope,user_id\r\n1520.5,warn,7,,007\r\n"),
        ("text", "1520.5 warn 7 - 007\n"),
        (
            "table",
            (
                "duration_ms  severity  line  nope  user_id\n"
                "───────────  ────────  ────  ────  " + "─" * 85 + "\n"
                "1520.5       warn         7        007\n"
            ),
        ),
    ],
)
def test_selection_keeps_its_order_and_spelling(kind: str, expected: str) -> None:
    fields = ["duration_ms", "severity", "line", "nope", "user_id", "line"]
    assert written(kind, frame(SLOW), fields=fields) == expected


def test_selection_of_unknown_names_keeps_every_record() -> None:
    assert written("jsonl", frame(SLOW, TRACE), fields=["nope"]) == '{"nope":null}\n' * 2
    assert written("csv", frame(SLOW, TRACE), fields=["nope"]).count("\r\n") == 3
    assert written("jsonl", frame(SLOW), fields=[]) == "{}\n"


def test_fields_can_be_selected_as_one_object() -> None:
    assert written("jsonl", frame(TRACE), fields=["line", "fields"]) == '{"line":8,"fields":{}}\n'


def test_table_and_csv_agree_cell_by_cell() -> None:
    names = ["timestamp", "level", "service", "duration_ms", "db.statement"]
    stream = io.BytesIO()
    write_frames([frame(SLOW, SLOW)], TableWriter(stream, names, width=500))
    table = [line.split("  ") for line in stream.getvalue().decode().splitlines() if "─" not in line]
    rows = csv.reader(io.StringIO(written("csv", frame(SLOW, SLOW), fields=names), newline=""))
    assert [[cell.strip() for cell in line if cell.strip()] for line in table] == list(rows)


def test_text_gives_a_log_no_way_to_steer_the_terminal() -> None:
    hostile = frame(
        {"message": "\x1b[31mred\x1b[0m \x1b]0;title\x07 bell\x07 nul\x00 cr\r c1\x9b", "service": "a\x1b[2J"}
    )
    for kind in ("text", "table"):
        output = written(kind, hostile)
        assert [char for char in output if unicodedata.category(char) == "Cc" and char != "\n"] == []
        assert "red  bell\ufffd nul\ufffd cr\ufffd c1\ufffd" in output


def test_text_keeps_the_service_column_as_wide_as_the_widest_so_far() -> None:
    wide, narrow = frame({"service": "checkout", "message": "a"}), frame({"service": "db", "message": "b"})
    first, second = written("text", wide, narrow).splitlines()
    assert first.index("a", first.index("checkout") + 8) == second.index("b", second.index("db") + 2)
