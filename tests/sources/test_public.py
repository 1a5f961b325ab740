"""Which addresses count as the public internet."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
import socket

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.sources.public import (
    NotPublicError,
    PublicSockets,
    is_public,
)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::1.1.1.1"],
)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    """Those of version 4 also by the ways that lead to them from version 6."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address to judge
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:192.168.1.1",
        "::192.168.1.1",
        "64:ff9b::192.168.1.1",
        "64:ff9b:1::1",
        "2001:db8::1",
        "2002:101:101::1",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3f57:fefe",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_the_home_and_what_is_not_one_host_are_not_public(address: str) -> None:
    """However such an address is wrapped up in another."""
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_private_is_ever_public(address: IPv4Address | IPv6Address) -> None:
    """Whatever the address, and whatever is inside it."""
    kinds = [
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_unspecified,
    ]
    is_translated = address in IPv6Network("64:ff9b::/96")
    assert is_translated or not (is_public(str(address)) and any(kinds))


@given(st.ip_addresses(v=4))
def test_a_translated_address_is_as_public_as_what_it_leads_to(address: IPv4Address) -> None:
    """Otherwise translation would be a way round."""
    translated = ip_address(f"64:ff9b::{address}")
    assert is_public(str(translated)) is is_public(str(address))


def test_sockets_are_made_to_public_addresses_only(socket_enabled: None) -> None:
    """And it is remembered that another one was asked for."""
    sockets = PublicSockets()
    made = sockets.make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 80)))
    made.close()
    assert not sockets.has_refused
    with pytest.raises(NotPublicError):
        sockets.make((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 80, 0, 0)))
    assert sockets.has_refused
