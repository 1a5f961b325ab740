"""What statuses, certificates and names say of an address."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.reachability.problems import (
    Problem,
    doubt,
    of_certificate,
    of_status,
)


@given(st.integers(201, 999), st.booleans())
def test_every_status_says_something(status: int, prefixed: bool) -> None:
    """Proxies invent numbers too; none of them is a doubt only."""
    problem = of_status(status, has_prefix=prefixed)
    assert not problem.is_doubt
    assert (problem is Problem.PREFIX) == (status == 404 and prefixed)


@given(st.integers(0, 100))
def test_every_fault_of_a_certificate_is_one_of_three(code: int) -> None:
    """What is not known by number is not trusted."""
    assert of_certificate(code).value.startswith("certificate_")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://192.168.1.5:8123", None),
        ("http://[fd00::1]:8123", None),
        ("https://home.example.org", None),
        ("http://homeassistant.fritz.box:8123", None),
        ("http://homeassistant.local:8123", Problem.LOCAL_NAME),
        ("http://homeassistant.local.:8123", Problem.LOCAL_NAME),
        ("http://HomeAssistant:8123", Problem.LOCAL_NAME),
        ("http://localhost:8123", Problem.LOOPBACK),
        ("http://127.0.0.1:8123", Problem.LOOPBACK),
        ("http://[::1]:8123", Problem.LOOPBACK),
    ],
)
def test_a_name_that_players_may_not_find(url: str, problem: Problem | None) -> None:
    """Simulated players are on this machine and find it at its loopback address."""
    assert doubt(url, players_are_here=False) is problem
    expected = None if problem is Problem.LOOPBACK else problem
    assert doubt(url, players_are_here=True) is expected
