"""Orders: drawn once and for all, and nothing twice in a row."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.order import order_of

KEYS = st.binary(max_size=12)
NUMBERS = st.integers(0, 10**12)


@given(count=st.integers(0, 60), key=KEYS, number=NUMBERS)
def test_each_pass_plays_everything_once(count: int, key: bytes, number: int) -> None:
    """An order is a permutation, and the same whenever it is asked for."""
    order = list(order_of(range(count), key, number))
    assert sorted(order) == list(range(count))
    assert order == list(order_of(range(count), key, number))


@given(count=st.integers(2, 12), key=KEYS, number=NUMBERS)
def test_nothing_is_played_twice_in_a_row(count: int, key: bytes, number: int) -> None:
    """Neither within a pass nor from one to the next, be there only two items."""
    played = [at for one in range(6) for at in order_of(range(count), key, number + one)]
    assert all(before != after for before, after in pairwise(played))


@given(count=st.integers(4, 30), key=KEYS, number=NUMBERS, twice=st.data())
def test_an_item_that_is_listed_twice_is_not_played_twice_at_a_border(
    count: int, key: bytes, number: int, twice: st.DataObject
) -> None:
    """The same item at another place is still the same item."""
    kinds = list(range(count))
    first, second = sorted(twice.draw(st.permutations(range(count)))[:2])
    kinds[second] = first
    before, after = (order_of(tuple(kinds), key, number + one) for one in range(2))
    assert sorted(after) == list(range(count))
    assert kinds[before[-1]] != kinds[after[0]]


@pytest.mark.parametrize(
    ("key", "number", "order"),
    [
        (b"golden", 0, [6, 7, 9, 5, 2, 4, 0, 3, 8, 1]),
        (b"golden", 1, [7, 1, 2, 5, 6, 4, 9, 0, 3, 8]),
        (b"golden", 1_000_000, [2, 1, 7, 9, 6, 5, 8, 0, 4, 3]),
    ],
)
def test_orders_never_change(key: bytes, number: int, order: list[int]) -> None:
    """A card that is resumed after an update goes on where it was."""
    assert list(order_of(range(10), key, number)) == order


def test_every_item_gets_every_place() -> None:
    """Over many passes each item is at each place about as often: a thirtieth of 3,000 times."""
    count, passes = 30, 3000
    seen = [[0] * count for _ in range(count)]
    for number in range(passes):
        for place, at in enumerate(order_of(range(count), b"fair", number)):
            seen[at][place] += 1
    assert all(55 < times < 155 for row in seen for times in row)


def test_seeds_differ() -> None:
    """Another key is another order, and so is another pass."""
    orders = {
        tuple(order_of(range(12), key, number)) for key in (b"1", b"2", b"") for number in range(4)
    }
    assert len(orders) == 12


def test_one_item_is_all_there_is() -> None:
    """One item cannot but follow itself."""
    assert [list(order_of(range(1), b"", number)) for number in range(3)] == [[0]] * 3
