"""How often anybody may ask: what is allowed, for how long not, and what is remembered."""

from contextlib import ExitStack

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.limits import (
    PER_ADDRESS,
    PER_TOKEN,
    Allowance,
    Limits,
    TooMuchError,
    house_of,
)

CARD = "t"
WIDE = Allowance(burst=10_000, rate=10_000, connections=10_000)


def _asked(
    limits: Limits, count: int, now: float, *, token: str = CARD, address: str = "1.2.3.4"
) -> int:
    """Ask so many times; returns how many were allowed."""
    allowed = 0
    for _ in range(count):
        try:
            limits.ask(token, address, now)
        except TooMuchError:
            continue
        allowed += 1
    return allowed


def test_a_house_of_players_is_never_held_back() -> None:
    """Twenty players behind one address, each asking for ranges every second, for an hour."""
    limits = Limits()
    for second in range(3600):
        for player in range(20):
            assert _asked(limits, 3, second, token=f"card {player}") == 3
    # A player that begins asks several times at once, a phone with several connections.
    for player in range(20):
        assert _asked(limits, 40, 3601 + player, token=f"card {player}") == 40


def test_who_asks_too_often_is_told_when_it_will_do() -> None:
    """After the burst there is one answer for each share of a second."""
    limits = Limits(token=Allowance(burst=5, rate=0.5, connections=1), address=WIDE)
    assert _asked(limits, 9, 100) == 5
    with pytest.raises(TooMuchError) as caught:
        limits.ask("t", "1.2.3.4", 100)
    assert caught.value.retry_after == 2
    assert _asked(limits, 9, 101) == 0
    assert _asked(limits, 9, 102) == 1
    assert _asked(limits, 9, 102 + 3600) == 5
    assert _asked(limits, 9, 102, token="other") == 5


def test_guessing_is_slow_whatever_is_guessed() -> None:
    """An address is counted over all tokens; another one is not held up by it."""
    limits = Limits(address=Allowance(burst=10, rate=1, connections=1))
    guessed = [_asked(limits, 1, 0, token=f"guess {number}") for number in range(100)]
    assert sum(guessed) == 10
    assert _asked(limits, 1, 0, address="5.6.7.8") == 1


def test_refusals_cost_nothing() -> None:
    """Who goes on asking in vain is let in as soon as who waits."""
    limits = Limits(token=Allowance(burst=1, rate=1, connections=1))
    limits.ask("t", "1.2.3.4", 0)
    assert _asked(limits, 1000, 0.5) == 0
    assert _asked(limits, 1, 1.0) == 1


@given(
    moves=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 20)), max_size=40),
    burst=st.integers(1, 10),
    rate=st.floats(0.1, 5),
)
def test_never_more_than_the_burst_and_the_rate(
    moves: list[tuple[float, int]], burst: int, rate: float
) -> None:
    """In any stretch of time."""
    limits = Limits(token=Allowance(burst=burst, rate=rate, connections=1), address=WIDE)
    now, times = 0.0, []
    for pause, count in moves:
        now += pause
        times += [now] * _asked(limits, count, now)
    for first, begin in enumerate(times):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + rate * (times[last] - begin) + 1e-6


def test_connections_are_counted_while_they_last() -> None:
    """Per token and per address, and given back however they end."""
    limits = Limits(
        token=Allowance(burst=9, rate=9, connections=2),
        address=Allowance(burst=9, rate=9, connections=3),
    )
    with ExitStack() as stack:
        for token in ("a", "a", "b"):
            stack.enter_context(limits.connection(token, "1.2.3.4"))
        for token, address in (("a", "9.9.9.9"), ("c", "1.2.3.4")):
            with pytest.raises(TooMuchError) as caught, limits.connection(token, address):
                pass
            assert caught.value.retry_after >= 1
        stack.enter_context(limits.connection("b", "9.9.9.9"))
    with pytest.raises(OSError, match="gone"), limits.connection("a", "1.2.3.4"):
        raise OSError("gone")
    with ExitStack() as stack:
        for token in ("a", "a", "b"):
            stack.enter_context(limits.connection(token, "1.2.3.4"))


def test_what_is_remembered_is_bounded() -> None:
    """Any number of tokens and addresses: those that asked last are known, the others forgotten."""
    limits = Limits(token=Allowance(burst=1, rate=0.001, connections=1), address=WIDE, keys=100)
    for number in range(10_000):
        limits.ask(f"token {number}", f"10.0.{number // 256}.{number % 256}", 0)
    assert _asked(limits, 1, 0, token="token 9999") == 0
    assert _asked(limits, 1, 0, token="token 1") == 1
    assert len(limits) <= 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.168.1.7", "192.168.1.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.168.1.7", "192.168.1.7", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "unknown", False),
    ],
)
def test_a_house_has_a_network_of_its_own(one: str, other: str, is_same: bool) -> None:
    """In IPv6 one house has more addresses than could be counted."""
    assert (house_of(one) == house_of(other)) is is_same


def test_the_limits_leave_room() -> None:
    """For two hundred slow listeners of one house, and for many of one token."""
    assert PER_ADDRESS.connections >= 200
    assert PER_TOKEN.connections >= 16
