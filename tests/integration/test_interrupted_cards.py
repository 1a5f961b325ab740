"""Cards that Home Assistant was about to make when it was ended, as the next start finds them."""

from pathlib import Path
from unittest.mock import patch

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.cloud.account import YotoAccount
from custom_components.yoto_smart_stream.cloud.errors import CloudUnreachableError
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.publishing.archive import async_get_archive
from custom_components.yoto_smart_stream.streaming.addresses import read_stream_url
from custom_components.yoto_smart_stream.streaming.registry import STREAM_REGISTRY, StreamRegistry
from simulator.cloud.cards import ACCOUNT, StoredCard

from . import Family, settle
from .concert import Concert, make_concert
from .test_card_making import chapters_of

SENT = (YotoAccount, "create_card")
NOTED = (StreamRegistry, "async_bind")
SONGS = [{"audio_id": "Ant"}, {"audio_id": "Bee"}]


class Killed(BaseException):
    """End whatever is being done, without giving it time to tidy up."""


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return a library with a few songs."""
    return await make_concert(family, tmp_path)


def registry_of(concert: Concert) -> StreamRegistry:
    """Return the registry as it is now."""
    registry: StreamRegistry = concert.hass.data[STREAM_REGISTRY]
    return registry


def tokens_of(concert: Concert) -> set[str]:
    """Return the tokens of the account."""
    owner = concert.family.entry.entry_id
    return {one.token for one in registry_of(concert).of_owner(owner)}


def on_card(card: StoredCard) -> set[str]:
    """Return the tokens on a card at the cloud."""
    urls = [track["trackUrl"] for chapter in chapters_of(card) for track in chapter["tracks"]]
    return {address.token for url in urls if (address := read_stream_url(url)) is not None}


def the_card(concert: Concert) -> StoredCard | None:
    """Return the one card of the family, if there is one."""
    cards = [*concert.family.simulation.cloud.cards.mine(ACCOUNT, deleted=False)]
    return cards[0] if cards else None


async def attempt(concert: Concert, step: tuple[type, str], action: str, **data: object) -> None:
    """Use an action, and end Home Assistant at a step of it."""
    with patch.object(*step, side_effect=Killed), pytest.raises(Killed):
        await concert.act(action, **data)


async def begin_anew(concert: Concert) -> None:
    """Begin with what is on the disk."""
    del concert.hass.data[STREAM_REGISTRY]
    concert.hass.data.pop(f"{DOMAIN}_card_archive", None)
    assert await concert.hass.config_entries.async_reload(concert.family.entry.entry_id)


async def restart(concert: Concert) -> None:
    """Begin anew, and wait until everything that was interrupted was looked at."""
    await begin_anew(concert)
    await settle(lambda: not registry_of(concert).left_over(concert.family.entry.entry_id))
    archive = async_get_archive(concert.hass)
    for card in concert.family.simulation.cloud.cards.mine(ACCOUNT, deleted=False):
        # Whoever looks at a card has it to itself until all is noted.
        async with archive.lock(card.card_id):
            pass


async def test_a_card_that_was_never_sent_leaves_no_address(concert: Concert) -> None:
    """It can be made again."""
    await attempt(concert, SENT, "create_card", title="Songs", chapters=SONGS)
    assert len(tokens_of(concert)) == 2
    await restart(concert)
    assert tokens_of(concert) == set()
    assert the_card(concert) is None
    await concert.act("delete_audio", audio_id="Ant")


async def test_a_card_that_was_sent_is_ours(concert: Concert) -> None:
    """Its addresses stay, its audio is not deleted under it, and it can be changed."""
    await attempt(concert, NOTED, "create_card", title="Songs", chapters=SONGS)
    card = the_card(concert)
    assert card is not None
    await restart(concert)
    assert tokens_of(concert) == on_card(card)
    with pytest.raises(ServiceValidationError, match="card"):
        await concert.act("delete_audio", audio_id="Ant")
    changed = await concert.act("update_card", card_id="Songs", description="Two songs")
    assert changed["warnings"] == []


async def test_a_change_that_was_sent_is_ours(concert: Concert) -> None:
    """What is no more on the card is revoked, and nobody is said to have changed it."""
    made = await concert.act("create_card", title="Songs", chapters=SONGS)
    other = await concert.act("create_card", title="Other", chapters=[{"audio_id": "Dog"}])
    before = tokens_of(concert)
    await attempt(concert, NOTED, "update_card", card_id="Songs", chapters=[{"audio_id": "Cat"}])
    assert len(tokens_of(concert)) == len(before) + 1
    await restart(concert)
    cards = concert.family.simulation.cloud.cards
    songs, others = cards.find(made["card_id"]), cards.find(other["card_id"])
    assert songs is not None
    assert others is not None
    assert tokens_of(concert) == on_card(songs) | on_card(others)
    assert before & on_card(songs) == set()
    await concert.act("update_card", card_id="Songs", description="One song")
    await concert.act("delete_audio", audio_id="Ant")


async def test_nothing_is_revoked_while_yoto_is_away(concert: Concert) -> None:
    """Nobody can know then what is on the cards; the start after that looks again."""
    await attempt(concert, NOTED, "create_card", title="Songs", chapters=SONGS)
    card = the_card(concert)
    assert card is not None
    with patch.object(YotoAccount, "own_card", side_effect=CloudUnreachableError("away")) as asked:
        await begin_anew(concert)
        await settle(lambda: asked.await_count > 0)
        await concert.hass.async_block_till_done()
    assert tokens_of(concert) == on_card(card)
    await restart(concert)
    assert tokens_of(concert) == on_card(card)
