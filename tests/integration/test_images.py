"""The pictures of what a player plays."""

from io import BytesIO

from homeassistant.components.image import async_get_image
from homeassistant.exceptions import HomeAssistantError
from PIL import Image
import pytest

from simulator.cloud.pictures import make_picture

from . import Family, settle

LIGHTHOUSE = "2Lght"
"""A card of the simulated library with three chapters."""
DRUM = "4Drum"
"""Another one."""


async def look(family: Family, key: str) -> Image.Image:
    """Return the picture that a browser gets."""
    address = family.state("image", key).attributes["entity_picture"]
    response = await family.client.get(address)
    assert response.status == 200
    picture = Image.open(BytesIO(await response.read()))
    assert response.content_type == f"image/{(picture.format or '').lower()}"
    return picture.convert("RGB")


def cover_of(card_id: str) -> Image.Image:
    """Return the cover that Yoto has for a card."""
    return Image.open(BytesIO(make_picture(card_id, scale=20))).convert("RGB")


def has_picture(family: Family, key: str) -> bool:
    """Return whether there is something to look at."""
    state = family.state("image", key)
    return state.state != "unknown" and "entity_picture" in state.attributes


async def test_the_cover(family: Family) -> None:
    """That of the card in play, and another one with another card."""
    assert not has_picture(family, "cover")
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: has_picture(family, "cover"))
    first, shown = await look(family, "cover"), family.state("image", "cover").state
    assert first == cover_of(LIGHTHOUSE)
    await family.player.insert(DRUM)
    await settle(lambda: family.state("image", "cover").state not in {shown, "unknown"})
    assert await look(family, "cover") == cover_of(DRUM)
    await family.player.remove()
    await settle(lambda: not has_picture(family, "cover"))


async def test_the_icon_on_the_display(family: Family) -> None:
    """Large, with every dot as sharp as on the player; each chapter has its own."""
    assert not has_picture(family, "display_icon")
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: has_picture(family, "display_icon"))
    shown = family.state("image", "display_icon").state
    first = await look(family, "display_icon")
    assert first.size == (320, 320)
    dots = first.resize((16, 16), Image.Resampling.NEAREST)
    assert dots.resize(first.size, Image.Resampling.NEAREST) == first
    assert len(set(dots.get_flattened_data())) > 1
    await family.player.turn("right", 1)
    await settle(lambda: family.state("image", "display_icon").state != shown)
    assert await look(family, "display_icon") != first
    await family.player.remove()
    await settle(lambda: not has_picture(family, "display_icon"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/media/cover/gone", "Kitchen plays could not be shown: HTTP", id="gone"),
        pytest.param("/sim/cards", "it is none of PNG, JPEG, GIF and WebP", id="no picture"),
    ],
)
async def test_a_picture_that_cannot_be_had_is_an_error(
    family: Family, path: str, said: str
) -> None:
    """It says why, and the next one is shown all the same."""
    card = family.simulation.cloud.cards.find(LIGHTHOUSE)
    assert card is not None
    address = f"{family.simulation.http_url}{path}"
    card.metadata["cover"] = {"imageL": address}
    await family.player.insert(LIGHTHOUSE)
    await settle(lambda: family.state("sensor", "card").attributes["cover_url"] == address)
    with pytest.raises(HomeAssistantError, match=said):
        await async_get_image(family.hass, family.entity_id("image", "cover"))
    shown = family.state("image", "cover")
    assert (await family.client.get(shown.attributes["entity_picture"])).status == 500
    await family.player.insert(DRUM)
    await settle(lambda: family.state("image", "cover").state not in {shown.state, "unknown"})
    assert (await look(family, "cover")).size == (320, 320)
