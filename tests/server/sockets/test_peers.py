"""Peers: which addresses may send."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from logtui.server.sockets.peers import Peers, plain_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:DB8::0:1", "2001:db8::1"),
    ],
)
def test_an_address_is_written_as_people_write_it(address: str, expected: str) -> None:
    assert plain_address(address) == expected


def test_anybody_may_send_where_no_network_is_named() -> None:
    assert Peers().allow("203.0.113.9")


def test_only_peers_of_the_networks_that_are_named_may_send() -> None:
    peers = Peers([ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")])
    assert [peers.allow(each) for each in ("10.255.0.1", "2001:db8::7", "11.0.0.1", "2001:db9::7", "::1")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_nobody_may_send_where_no_network_is_left() -> None:
    assert not Peers([]).allow("127.0.0.1")
