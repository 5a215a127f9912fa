"""Secrets are masked wherever they stand, and nothing else is."""

from __future__ import annotations

import json
import string

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.export.masking import Masker
from tests.export.frames import SLOW, TRACE, frame

SECRET = "hunter2-Correct.Horse"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

MASKED = [
    (f"login password={SECRET} ok", "login password=[masked:secret] ok"),
    (f"DB_PASSWORD: {SECRET}", "DB_PASSWORD: [masked:secret]"),
    (f'user=a api_key="{SECRET} 2" b=1', 'user=a api_key="[masked:secret]" b=1'),
    (f"token='{SECRET}';next", "token='[masked:secret]';next"),
    (f'{{"clientSecret":"{SECRET}","n":1}}', '{"clientSecret":"[masked:secret]","n":1}'),
    (f'{{"log":"{{\\"password\\":\\"{SECRET}\\"}}"}}', '{"log":"{\\"password\\":\\"[masked:secret]\\"}"}'),
    (f"GET /a?access_token={SECRET}&b=1 HTTP/1.1", "GET /a?access_token=[masked:secret]&b=1 HTTP/1.1"),
    ("Authorization: Bearer abcdef123456== x", "Authorization: Bearer [masked:authorization] x"),
    ("authorization=Basic dXNlcjpwYXNz", "authorization=Basic [masked:authorization]"),
    (f"postgres://shop:{SECRET}@db:5432/x", "postgres://shop:[masked:password]@db:5432/x"),
    (f"got {JWT}.", "got [masked:jwt]."),
    ("key AKIAIOSFODNN7EXAMPLE used", "key [masked:aws-key] used"),
    ("ghp_" + "a1" * 18, "[masked:github-token]"),
    ("xoxb-123456789012-abcdef", "[masked:slack-token]"),
    ("sk_live_" + "4eC39HqLyjW" * 2, "[masked:stripe-key]"),
    ("AIza" + "x" * 35, "[masked:google-key]"),
    (f"a\n-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----\nb", "a\n[masked:private-key]\nb"),
    (f"cut -----BEGIN PRIVATE KEY-----\n{SECRET}", "cut [masked:private-key]"),
]
KEPT = [
    "user=alice@example.com session=77 order_id=12",
    "12 tokens used, max_tokens=512",
    "the key was pressed; password reset mail sent",
    "https://example.com/a:b@c",
    "secretary: Bob, tokenizer=bpe, monkey=1",
    "Bearer of bad news",
    "",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_a_secret_is_masked_and_counted(text: str, masked: str) -> None:
    masker = Masker()
    assert masker.text(text) == masked
    assert masker.masked == 1
    assert masker.text(masked) == masked, "what is masked stays as it is"
    assert masker.masked == 1


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_is_kept(text: str) -> None:
    masker = Masker()
    assert masker.text(text) == text
    assert masker.masked == 0


@given(st.text(string.ascii_letters + string.digits + "!#$%+-./:@^_~", min_size=1, max_size=40))
def test_no_secret_is_left_in_json(secret: str) -> None:
    secret = f"<{secret}>"
    masked = Masker().text(json.dumps({"user": "a", "password": secret, "n": 1}))
    assert json.loads(masked) == {"user": "a", "password": "[masked:secret]", "n": 1}


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_twice_changes_nothing(text: str) -> None:
    once = Masker().text(text)
    assert Masker().text(once) == once


def test_fields_are_masked_by_their_names_and_by_what_they_hold() -> None:
    records = frame({**SLOW, "@db.password": SECRET, "@authToken": SECRET, "@url": f"redis://:{SECRET}@r/0"}, TRACE)
    masker = Masker()
    masked = masker.frame(records)
    assert masked["@db.password"].to_list() == masked["@authToken"].to_list() == ["[masked:secret]", None]
    assert masked["@url"][0] == "redis://:[masked:password]@r/0"
    assert masker.masked == 3
    kept = [name for name in records.columns if name not in ("@db.password", "@authToken", "@url")]
    assert masked.select(kept).equals(records.select(kept))
    assert masked.schema == records.schema


def test_tables_without_records_are_masked_too() -> None:
    table = pl.DataFrame({"pattern": [f"password={SECRET}"], "count": [3]})
    assert Masker().frame(table).rows() == [("password=[masked:secret]", 3)]
