"""Which player has fetched from a card that several have: what players say decides, or nothing."""

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.program.holding import (
    Addresses,
    Holder,
    clear_holder,
    last_holders,
)

KITCHEN, NURSERY = "192.0.2.11", "192.0.2.12"
CHAPTERS = st.sampled_from(LiveChapter)
ADDRESSES = st.sampled_from([KITCHEN, NURSERY])
HOLDERS = st.lists(
    st.builds(
        Holder,
        player_id=st.uuids().map(str),
        chapter=st.none() | CHAPTERS,
        is_playing=st.booleans(),
        address=st.none() | ADDRESSES,
        is_said=st.booleans(),
    ),
    max_size=4,
)


def holder(
    player_id: str = "kitchen",
    chapter: LiveChapter | None = LiveChapter.START,
    address: str | None = None,
    *,
    is_playing: bool = True,
) -> Holder:
    """Return a player that has the card."""
    return Holder(player_id=player_id, chapter=chapter, is_playing=is_playing, address=address)


def test_the_only_player_that_can_be_there_is_the_one() -> None:
    """It fetches what it is in, or what that leads to; it may be about to say so."""
    for chapter in (LiveChapter.START, LiveChapter.L1, LiveChapter.E1):
        assert clear_holder([holder()], chapter, KITCHEN) == "kitchen"
    assert clear_holder([holder()], LiveChapter.R0, KITCHEN) is None
    assert clear_holder([holder(chapter=LiveChapter.R1)], LiveChapter.START, KITCHEN) is None
    assert clear_holder([holder(chapter=None)], LiveChapter.R0, KITCHEN) == "kitchen"
    assert clear_holder([holder(is_playing=False)], LiveChapter.START, KITCHEN) is None
    assert clear_holder([], LiveChapter.START, KITCHEN) is None


def test_the_address_tells_several_players_apart() -> None:
    """Once one of them is known to fetch from elsewhere."""
    kitchen, nursery = holder(address=KITCHEN), holder("nursery")
    assert clear_holder([kitchen, nursery], LiveChapter.START, NURSERY) == "nursery"
    assert clear_holder([kitchen, nursery], LiveChapter.START, KITCHEN) is None
    known = holder("nursery", address=NURSERY)
    assert clear_holder([kitchen, known], LiveChapter.START, KITCHEN) == "kitchen"
    behind_one_router = holder("nursery", address=KITCHEN)
    assert clear_holder([kitchen, behind_one_router], LiveChapter.START, KITCHEN) is None


def test_a_player_that_starts_anew_is_not_taken_for_one_that_is_in_the_middle() -> None:
    """One that has not said yet that it has the card is waited for."""
    assert clear_holder([holder(chapter=LiveChapter.R1)], LiveChapter.START, NURSERY) is None


def test_in_the_end_one_alone_is_the_one() -> None:
    """Even where it has got another address, or says that it is elsewhere on the card."""
    moved = holder(chapter=LiveChapter.R1, address=KITCHEN)
    assert last_holders([moved], NURSERY) == [moved]
    unknown = holder("nursery", is_playing=False)
    assert last_holders([moved, unknown], NURSERY) == [unknown]
    assert last_holders([moved, unknown], KITCHEN) == [moved, unknown]
    other = holder("nursery", address=KITCHEN)
    assert last_holders([moved, other], KITCHEN) == [moved, other]
    assert last_holders([], KITCHEN) == []
    remembered = Holder(
        player_id="kitchen",
        chapter=LiveChapter.R1,
        is_playing=True,
        address=KITCHEN,
        is_said=False,
    )
    assert last_holders([remembered], NURSERY) == []


@given(HOLDERS, CHAPTERS, ADDRESSES)
def test_nobody_is_ever_guessed(holders: list[Holder], chapter: LiveChapter, address: str) -> None:
    """Who is clear can have fetched it, and nobody else can have."""
    found = clear_holder(holders, chapter, address)
    can = [one for one in holders if one.may_fetch(chapter) and one.address in {None, address}]
    assert (found is not None) is (len(can) == 1)
    if found is not None:
        assert can[0].player_id == found
        twin = holder("twin", chapter, address)
        assert clear_holder([*holders, twin], chapter, address) is None
    last = last_holders(holders, address)
    other = NURSERY if address == KITCHEN else KITCHEN
    assert bool(last) is any(one.is_said or one.address != other for one in holders)
    assert all(one in holders for one in last)


def test_addresses_are_those_of_the_last_clear_fetch() -> None:
    """A player has one at a time."""
    addresses = Addresses()
    assert addresses.of("kitchen") is None
    addresses.note("kitchen", KITCHEN)
    addresses.note("nursery", KITCHEN)
    addresses.note("kitchen", NURSERY)
    assert (addresses.of("kitchen"), addresses.of("nursery")) == (NURSERY, KITCHEN)
