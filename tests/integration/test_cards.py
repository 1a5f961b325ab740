"""Making a card that streams from Home Assistant, and hearing it."""

from collections.abc import Mapping
import hashlib
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from simulator.cloud.cards import ACCOUNT
from simulator.cloud.silence import make_silence

from . import Family, settle


@pytest.fixture
def tune(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return an MP3 file of twelve seconds in a folder that Home Assistant may use."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    path = tmp_path / "A tune (1).mp3"
    path.write_bytes(make_silence("a tune", 12.0))
    return path


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cards_made(family: Family) -> list[object]:
    """Return the cards that the family has made."""
    cards = family.simulation.cloud.cards
    return [*cards.mine(ACCOUNT, deleted=False)]


async def create(family: Family, **data: object) -> Mapping[str, object]:
    """Use the action."""
    response = await family.hass.services.async_call(
        DOMAIN, "create_streaming_card", data, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


async def test_a_file_from_home_assistant_is_heard_to_the_last_byte(
    family: Family, tune: Path
) -> None:
    """The player fetches the card's track from Home Assistant and plays all of it."""
    made = await create(family, title="Bedtime", media=[str(tune)])
    card_id = made["card_id"]
    assert isinstance(card_id, str)
    await family.act("yoto_smart_stream.play_card", card_id=card_id)
    await family.shows("playing")
    assert family.state("media_player").attributes["media_title"] == "A tune (1)"
    await settle(lambda: family.state("sensor", "card").state == "Bedtime")
    await settle(lambda: bool(family.player.played()))
    (heard,) = family.player.played()
    assert heard["error"] is None
    assert heard["sha256"] == sha256_of(tune)
    urls = made["urls"]
    assert isinstance(urls, list)
    assert heard["url"] in urls


async def test_each_file_becomes_a_chapter(family: Family, tune: Path) -> None:
    """In the order in which they were named, the same one twice if need be."""
    made = await create(family, title="Two", media=[str(tune), str(tune)])
    urls = made["urls"]
    assert isinstance(urls, list)
    assert len(set(urls)) == 2
    card = await family.entry.runtime_data.account.shelf.card(str(made["card_id"]))
    assert card.track_keys() == [("01", "01"), ("02", "01")]


async def test_a_choice_from_the_media_picker_works_too(family: Family, tune: Path) -> None:
    """The picker gives more than an id."""
    made = await create(
        family,
        title="Picked",
        media=[{"media_content_id": str(tune), "media_content_type": "audio/mpeg"}],
    )
    assert made["card_id"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.mp3", b"", "empty file", id="empty"),
        pytest.param("a.mp3", b"Once upon a time" * 100, "not audio", id="a text in disguise"),
        pytest.param("a.flac", b"fLaC" + bytes(2000), "not MP3 but FLAC", id="another format"),
        pytest.param(None, b"", "no file at", id="no file"),
    ],
)
async def test_a_file_that_cannot_be_streamed_is_explained(
    family: Family, tune: Path, name: str | None, content: bytes, said: str
) -> None:
    """Nothing is made, and the text says what is wrong with it."""
    path = tune.parent / (name or "nowhere.mp3")
    if name:
        path.write_bytes(content)
    cards = len(cards_made(family))
    with pytest.raises(ServiceValidationError, match=said):
        await create(family, title="Bad", media=[str(tune), str(path)])
    assert len(cards_made(family)) == cards


@pytest.mark.parametrize(
    ("media", "said"),
    [
        pytest.param("/etc/hostname", "may not use", id="outside the allowed folders"),
        pytest.param(
            "media-source://media_source/local/none.mp3", "no media|no file", id="unknown id"
        ),
        pytest.param("media-source://nobody/x", "no media", id="unknown source"),
    ],
)
async def test_media_that_may_not_be_used_is_explained(
    family: Family, media: str, said: str
) -> None:
    """Neither files of the machine nor inventions get onto a card."""
    with pytest.raises(ServiceValidationError, match=said):
        await create(family, title="Bad", media=[media])


async def test_a_link_does_not_lead_out_of_the_allowed_folders(family: Family, tune: Path) -> None:
    """Where a path ends counts, not where it begins."""
    link = tune.parent / "link.mp3"
    link.symlink_to("/etc/hostname")
    with pytest.raises(ServiceValidationError, match="may not use"):
        await create(family, title="Bad", media=[str(link)])


@pytest.mark.parametrize(
    ("title", "said"),
    [
        pytest.param("   ", "1 to 100 characters", id="blank"),
        pytest.param("a" * 101, "this one has 101", id="long"),
    ],
)
async def test_a_title_that_yoto_would_refuse_is_explained(
    family: Family, tune: Path, title: str, said: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(ServiceValidationError, match=said):
        await create(family, title=title, media=[str(tune)])


async def test_too_many_tracks_are_explained(family: Family, tune: Path) -> None:
    """A card has room for a hundred (protocol §4.3)."""
    with pytest.raises(ServiceValidationError, match="you named 101"):
        await create(family, title="Long", media=[str(tune)] * 101)


async def test_an_unreachable_home_assistant_is_an_issue_that_names_the_address(
    family: Family, tune: Path, hass: HomeAssistant, silent_address: str
) -> None:
    """A card that no player could play is not made; Repairs says what to set."""

    def issue() -> ir.IssueEntry | None:
        """Return what Repairs says of the address."""
        return next(
            (
                one
                for (_, issue_id), one in ir.async_get(hass).issues.items()
                if issue_id.startswith("base_url_") and one.active
            ),
            None,
        )

    await settle(lambda: issue() is None)
    working = hass.config.internal_url
    await hass.config.async_update(internal_url=silent_address)
    with pytest.raises(HomeAssistantError, match="could not reach Home Assistant"):
        await create(family, title="Lost", media=[str(tune)])
    raised = issue()
    assert raised is not None
    assert raised.translation_key == "base_url_refused"
    assert raised.translation_placeholders is not None
    assert raised.translation_placeholders["url"] == silent_address
    await hass.config.async_update(internal_url=working)
    await settle(lambda: issue() is None)


async def test_a_refusal_by_yoto_leaves_nothing_behind(family: Family, tune: Path) -> None:
    """No token stays that no card uses, and the reason is told."""
    from custom_components.yoto_smart_stream.streaming.registry import async_get_registry

    family.simulation.world.faults.server_errors = 1
    with pytest.raises(HomeAssistantError, match="did not make the card"):
        await create(family, title="No", media=[str(tune)])
    registry = await async_get_registry(family.hass)
    assert registry.of_owner(family.entry.entry_id) == ()


async def test_removing_the_account_revokes_its_streams(
    family: Family, tune: Path, hass: HomeAssistant
) -> None:
    """Cards of an account that is gone find nothing any more."""
    made = await create(family, title="Bedtime", media=[str(tune)])
    urls = made["urls"]
    assert isinstance(urls, list)
    path = str(urls[0]).removeprefix(str(family.client.make_url("")).rstrip("/"))
    assert (await family.client.get(path)).status == 200
    await hass.config_entries.async_unload(family.entry.entry_id)
    assert (await family.client.get(path)).status == 200
    await hass.config_entries.async_setup(family.entry.entry_id)
    from custom_components.yoto_smart_stream import async_remove_entry

    await async_remove_entry(hass, family.entry)
    assert (await family.client.get(path)).status == 404
