from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from logtui.server.address import Address
from logtui.server.kinds import ADDRESS, AGE, NETWORKS, PATH, SECONDS, SIZE, SWITCH, TEXT, Kind, one_of, optional, whole
from logtui.server.settings import Role


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (TEXT, "a", "a"),
        (PATH, "/var/lib", Path("/var/lib")),
        (ADDRESS, "[::1]:80", Address("::1", 80)),
        (optional(ADDRESS), "none", None),
        (optional(ADDRESS), "localhost:1", Address("localhost", 1)),
        (SECONDS, "2.5", 2.5),
        (SECONDS, 2, 2.0),
        (AGE, "30d", timedelta(days=30)),
        (AGE, "1h30m", timedelta(minutes=90)),
        (SIZE, "50GB", 50 * 10**9),
        (SIZE, "1GiB", 1 << 30),
        (SIZE, "4096", 4096),
        (SIZE, 4096, 4096),
        (SWITCH, True, True),
        (SWITCH, "false", False),
        (NETWORKS, "10.0.0.0/8, ::1", ("10.0.0.0/8", "::1/128")),
        (NETWORKS, ["10.0.0.0/8"], ("10.0.0.0/8",)),
        (NETWORKS, "", ()),
        (whole(1), "7", 7),
        (whole(0), 0, 0),
        (one_of(Role), "front", Role.FRONT),
    ],
)
def test_values_are_read(kind: Kind, written: object, value: object) -> None:
    assert kind.read(written) == value


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (AGE, 30, "a duration above 0, such as 30d"),
        (AGE, "0s", "a duration above 0, such as 30d"),
        (AGE, "-1d", "a duration above 0, such as 30d"),
        (AGE, "99999999999w", "a duration above 0, such as 30d"),
        (SIZE, "0", "a number of bytes or a size, such as 50GB"),
        (SIZE, True, "a number of bytes or a size, such as 50GB"),
        (SIZE, "many", "a number of bytes or a size, such as 50GB"),
        (TEXT, 1, "a text"),
        (TEXT, "", "a text"),
        (ADDRESS, "8080", "HOST:PORT"),
        (SECONDS, "soon", "a number of seconds"),
        (SECONDS, -1, "a number of seconds"),
        (SECONDS, True, "a number of seconds"),
        (SECONDS, "nan", "a number of seconds"),
        (SWITCH, "yes", "true or false"),
        (SWITCH, 1, "true or false"),
        (NETWORKS, "here", "networks"),
        (NETWORKS, 10, "networks"),
        (whole(1), 0, "a whole number, 1 or more"),
        (whole(1), 1.5, "a whole number"),
        (whole(0), True, "a whole number"),
        (whole(1), "many", "a whole number"),
        (one_of(Role), "boss", "one of separate, all, front, worker"),
    ],
)
def test_what_is_of_another_kind_is_refused(kind: Kind, written: object, expected: str) -> None:
    with pytest.raises(ValueError, match=f"expected {expected}.*, got"):
        kind.read(written)
