"""Groups of cards, as the family sees them in the app and in the media browser."""

from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yoto_smart_stream.cloud.groups import MOST_GROUPS
from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family
from .bookcase import browse, make_group, put_card, reload_cards


@pytest.fixture(autouse=True)
async def _cards(family: Family) -> None:
    """Give the family three cards of their own."""
    for card_id, title in (("own01", "Ants"), ("own02", "Bees"), ("own03", "Cats")):
        put_card(family, card_id, title)
    await reload_cards(family)


async def act(family: Family, action: str, **data: object) -> dict[str, Any]:
    """Use an action."""
    response = await family.hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    assert isinstance(response, dict)
    return response


def at_yoto(family: Family) -> dict[str, list[str]]:
    """Return the groups that the cloud has, with the ids of their cards."""
    return {
        str(group["name"]): [str(item["contentId"]) for item in group["items"]]  # type: ignore[union-attr, index, call-overload]
        for group in family.simulation.cloud.groups.all()
    }


async def test_a_group_is_made_and_changed(
    family: Family, hass_ws_client: WebSocketGenerator
) -> None:
    """By the names of its cards; it is in the media browser at once."""
    made = await act(family, "set_group", name="Bedtime", cards=["Bees", "own01", "bees"])
    assert at_yoto(family) == {"Bedtime": ["own02", "own01"]}
    assert made["created"] is True
    assert [card["title"] for card in made["cards"]] == ["Bees", "Ants"]
    answer = await browse(family, await hass_ws_client(), "yoto-shelf:groups")
    assert [one["title"] for one in answer["result"]["children"]] == ["Bedtime"]
    changed = await act(family, "set_group", name="bedtime", new_name="Night", cards=["Cats"])
    assert changed["group_id"] == made["group_id"]
    assert changed["created"] is False
    assert at_yoto(family) == {"Night": ["own03"]}
    await act(family, "set_group", name="Night", new_name="Dark")
    assert at_yoto(family) == {"Dark": ["own03"]}
    gone = await act(family, "delete_group", name="Dark")
    assert gone["cards"] == [{"card_id": "own03", "title": "Cats"}]
    assert at_yoto(family) == {}
    assert family.simulation.cloud.cards.find("own03") is not None


async def test_a_group_has_a_picture(family: Family, tmp_path: Path) -> None:
    """It stays when something else is changed."""
    file = BytesIO()
    Image.new("RGB", (640, 480), "navy").save(file, "PNG")
    picture = tmp_path / "moon.png"
    picture.write_bytes(file.getvalue())
    family.hass.config.allowlist_external_dirs = {str(tmp_path)}
    await act(family, "set_group", name="Bedtime", cards=["Ants"], cover=str(picture))
    (group,) = family.simulation.cloud.groups.all()
    assert "/media/group/" in str(group["imageUrl"])
    await act(family, "set_group", name="Bedtime", cards=["Bees"])
    (changed,) = family.simulation.cloud.groups.all()
    assert changed["imageUrl"] == group["imageUrl"]


async def test_cards_are_found_by_their_group(family: Family) -> None:
    """And say which groups they are in."""
    await make_group(family, "Bedtime", "own01", "own03")
    await reload_cards(family)
    found = await act(family, "get_cards", group="bedtime")
    assert [card["title"] for card in found["cards"]] == ["Ants", "Cats"]
    assert found["cards"][0]["groups"] == ["Bedtime"]
    with pytest.raises(ServiceValidationError, match=r"no group Morning\. There are: Bedtime"):
        await act(family, "get_cards", group="Morning")


async def test_what_is_wrong_is_said(family: Family) -> None:
    """All cards that there are not, names that mean two groups, and one group too many."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(family, "set_group", name="Bedtime", cards=["Ants", "Dragons", "Unicorns"])
    assert "Dragons" in str(caught.value)
    assert "Unicorns" in str(caught.value)
    with pytest.raises(ServiceValidationError, match="can have 100 characters"):
        await act(family, "set_group", name="x" * 101)
    with pytest.raises(ServiceValidationError, match=r"no group Bedtime\. There are: -"):
        await act(family, "delete_group", name="Bedtime")
    assert at_yoto(family) == {}
    for number in range(MOST_GROUPS - 1):
        await make_group(family, f"Group {number}")
    twin = await make_group(family, "Group 0")
    with pytest.raises(ServiceValidationError, match=f"by its id: .*{twin}"):
        await act(family, "set_group", name="Group 0", cards=[])
    with pytest.raises(ServiceValidationError, match="has 20 groups"):
        await act(family, "set_group", name="One more")
    await act(family, "set_group", name=twin, new_name="Twin")
    assert "Twin" in at_yoto(family)


async def test_a_card_that_yoto_does_not_know_is_told(family: Family) -> None:
    """It leaves it out without a word; we do not."""
    made = await act(family, "set_group", name="Bedtime", cards=["Ants", "zzzzz"])
    assert ["card zzzzz" in warning for warning in made["warnings"]] == [True]
    assert at_yoto(family) == {"Bedtime": ["own01"]}


async def test_refusals_leave_the_groups_as_they_are(family: Family) -> None:
    """And say what to do."""
    await make_group(family, "Bedtime", "own01")
    await reload_cards(family)
    faults = family.simulation.world.faults
    faults.groups_denied = True
    for action, data in (
        ("set_group", {"name": "New"}),
        ("set_group", {"name": "Bedtime", "cards": []}),
        ("delete_group", {"name": "Bedtime"}),
    ):
        with pytest.raises(HomeAssistantError, match="may not change groups"):
            await act(family, action, **data)
    faults.groups_denied = False
    assert at_yoto(family) == {"Bedtime": ["own01"]}
    faults.revoked = True
    with pytest.raises(HomeAssistantError, match="Log in again"):
        await act(family, "set_group", name="Bedtime", cards=[])
