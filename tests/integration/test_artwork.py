"""Icons and covers: what a family chooses, and the dots that Yoto gets."""

from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from PIL import Image, ImageDraw
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.gallery.cache import GalleryCache
from custom_components.yoto_smart_stream.gallery.collection import async_get_gallery
from custom_components.yoto_smart_stream.gallery.dressing import (
    async_cover_url,
    async_group_image_id,
    async_icon_reference,
)
from custom_components.yoto_smart_stream.pictures.errors import PictureError
from simulator.cloud.artwork import Picture
from simulator.cloud.pictures import make_picture

from . import Family

YELLOW, DARK, CLEAR = (255, 210, 70, 255), (40, 20, 0, 255), (0, 0, 0, 0)


@pytest.fixture
def pictures(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder with pictures that Home Assistant may use."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    hass.config.allowlist_external_dirs = {str(folder)}
    hass.config.media_dirs = {"local": str(folder)}
    face = Image.new("RGBA", (500, 500))
    draw = ImageDraw.Draw(face)
    draw.ellipse((10, 10, 490, 490), fill=YELLOW, outline=DARK, width=36)
    face.save(folder / "face.png")
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(
        folder / "blink.gif", save_all=True, append_images=frames[1:], duration=[200, 400], loop=0
    )
    photo = Image.new("RGB", (1200, 600), "red")
    photo.paste((0, 0, 255), (0, 0, 100, 600))
    photo.save(folder / "photo.jpg")
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "story.txt").write_text("Once upon a time")
    (folder / "half.png").write_bytes((folder / "face.png").read_bytes()[:900])
    Image.new("RGBA", (20, 20)).save(folder / "nothing.png")
    return folder


async def ask(family: Family, name: str, **data: object) -> dict[str, Any]:
    """Use an action and return its answer."""
    answer = await family.hass.services.async_call(
        DOMAIN, name, data, blocking=True, return_response=True
    )
    assert answer is not None
    return dict(answer)


def the_icon(family: Family) -> Picture:
    """Return the only icon that Yoto got."""
    (icon,) = family.simulation.cloud.artwork.icons.values()
    return icon


def the_cover(family: Family) -> Picture:
    """Return the only cover that Yoto got."""
    (cover,) = family.simulation.cloud.artwork.covers.values()
    return cover


def opened(content: bytes) -> Image.Image:
    """Return the picture in a file."""
    return Image.open(BytesIO(content))


async def seen(family: Family, address: str) -> Image.Image:
    """Return what a browser sees at an address, without a login."""
    response = await family.client.get(address)
    assert response.status == 200
    return opened(await response.read()).convert("RGBA")


def requests(family: Family, path: str) -> list[int]:
    """Return how the requests for a path were answered."""
    return [
        int(str(one["status"]))
        for one in family.simulation.world.log
        if one["kind"] == "request" and str(one["path"]).startswith(path)
    ]


async def test_a_picture_becomes_an_icon(family: Family, pictures: Path) -> None:
    """Crisp, with nothing around it; it is found and can be shown at once."""
    answer = await ask(family, "upload_icon", media=str(pictures / "face.png"), title="Face")
    icon = opened(the_icon(family).content)
    assert (icon.format, icon.mode, icon.size) == ("PNG", "RGBA", (16, 16))
    assert {colour for _, colour in icon.getcolors() or []} == {YELLOW, DARK, CLEAR}
    assert icon.getpixel((8, 0)) == DARK
    assert icon.getpixel((8, 8)) == YELLOW
    assert icon.getpixel((0, 0)) == CLEAR
    assert answer["icon"] == f"yoto:#{the_icon(family).name}"
    assert (answer["uploaded"], answer["animated"]) == (True, False)
    preview = await seen(family, answer["preview"])
    small = preview.resize((16, 16), Image.Resampling.NEAREST)
    assert small.tobytes() == icon.convert("RGBA").tobytes()
    found = (await ask(family, "get_icons", query="fac"))["icons"]
    assert [(one["media_id"], one["title"], one["own"]) for one in found] == [
        (answer["media_id"], "Face", True)
    ]
    shown = await family.hass.services.async_call(
        DOMAIN,
        "show_icon",
        {"entity_id": family.entity_id("media_player"), "icon": "face"},
        blocking=True,
        return_response=True,
    )
    assert shown is not None
    assert answer["media_id"] in str(shown)


async def test_the_same_picture_is_sent_once(family: Family, pictures: Path) -> None:
    """Even under another name; after it was deleted in the app it is sent again."""
    first = await ask(family, "upload_icon", media=str(pictures / "face.png"))
    assert the_icon(family).title == "face"
    (pictures / "copy.png").write_bytes((pictures / "face.png").read_bytes())
    again = await ask(family, "upload_icon", media=str(pictures / "copy.png"))
    assert (again["media_id"], again["uploaded"]) == (first["media_id"], False)
    assert requests(family, "/media/displayIcons/user/me/upload") == [200]


async def test_a_moving_picture_keeps_moving(pictures: Path, family: Family) -> None:
    """As a GIF, frame by frame."""
    media = "media-source://media_source/local/blink.gif"
    answer = await ask(family, "upload_icon", media={"media_content_id": media})
    icon = opened(the_icon(family).content)
    assert (icon.format, icon.size, answer["frames"]) == ("GIF", (16, 16), 2)
    durations = []
    for frame, colour in ((0, (255, 0, 0, 255)), (1, (0, 0, 255, 255))):
        icon.seek(frame)
        assert icon.convert("RGBA").getcolors() == [(256, colour)]
        durations.append(icon.info["duration"])
    assert durations == [200, 400]


async def test_colours_and_fit_are_chosen(family: Family, pictures: Path) -> None:
    """A preview sends nothing."""
    media = str(pictures / "photo.jpg")
    whole = await ask(family, "upload_icon", media=media, dry_run=True)
    filled = await ask(family, "upload_icon", media=media, fit="crop", colours=2, dry_run=True)
    assert family.simulation.cloud.artwork.icons == {}
    assert (await seen(family, whole["preview"])).getpixel((160, 5)) == CLEAR
    shown = await seen(family, filled["preview"])
    assert shown.getpixel((160, 5))[0] > 240  # type: ignore[index]


@pytest.mark.parametrize(
    ("media", "said"),
    [
        ("story.txt", "no picture that can be shown"),
        ("drawing.svg", "SVG.*Save it as PNG"),
        ("half.png", "is damaged"),
        ("nothing.png", "transparent"),
        ("missing.png", "no picture"),
        ("/etc/passwd", "may not|not allowed|allowlist"),
    ],
)
@pytest.mark.parametrize("action", ["upload_icon", "upload_cover"])
async def test_what_is_no_picture_is_explained(
    family: Family, pictures: Path, media: str, said: str, action: str
) -> None:
    """And nothing is sent."""
    named = str(pictures / media) if "." in media else media
    with pytest.raises(ServiceValidationError, match=said):
        await ask(family, action, media=named)
    assert family.simulation.cloud.artwork.icons == {}
    assert family.simulation.cloud.artwork.covers == {}


async def test_a_picture_becomes_a_cover(family: Family, pictures: Path) -> None:
    """In the proportions of the card, filled or whole."""
    answer = await ask(family, "upload_cover", media=str(pictures / "photo.jpg"), title="Red")
    cover = the_cover(family)
    picture = opened(cover.content).convert("RGB")
    assert (picture.size, cover.shape) == ((638, 1011), "default")
    assert picture.getpixel((3, 500))[0] > 240  # type: ignore[index]
    assert answer["url"].endswith(f"{cover.name}.png")
    assert (await seen(family, answer["preview"])).size == (638, 1011)
    assert (answer["uploaded"], answer["drawn"]) == (True, False)
    whole = await ask(
        family, "upload_cover", media=str(pictures / "photo.jpg"), shape="myo", fit="fit"
    )
    picture = await seen(family, whole["preview"])
    assert picture.size == (520, 400)
    assert picture.getpixel((10, 200))[2] > 240  # type: ignore[index]
    again = await ask(family, "upload_cover", media=str(pictures / "photo.jpg"), title="Other")
    assert (again["url"], again["uploaded"]) == (answer["url"], False)


async def test_a_title_is_drawn(family: Family) -> None:
    """Dark letters on a label, on a pattern that is the title's own."""
    first = await ask(family, "upload_cover", title="Gute Nacht, Mäuse", author="Oma")
    picture = opened(the_cover(family).content)
    assert (picture.format, picture.size) == ("PNG", (638, 1011))
    assert (first["drawn"], first["titled"]) == (True, True)
    other = await ask(family, "upload_cover", title="Trains", dry_run=True)
    assert (await seen(family, other["preview"])).tobytes() != picture.convert("RGBA").tobytes()
    strange = await ask(family, "upload_cover", title="日本の昔話", dry_run=True)
    assert (strange["drawn"], strange["titled"]) == (True, False)
    with pytest.raises(ServiceValidationError, match="give a title"):
        await ask(family, "upload_cover")


async def test_icons_are_found(family: Family) -> None:
    """By words, by tags, and by what suits a title; each has a picture here."""
    everything = await ask(family, "get_icons")
    assert everything["total"] == len(everything["icons"]) == 8
    assert everything["trouble"] is None
    found = await ask(family, "get_icons", query="night sk")
    assert {icon["title"] for icon in found["icons"]} == {"Moon", "Star"}
    chosen = await ask(family, "get_icons", title="Cats on trains", limit=1)
    assert (chosen["icons"][0]["title"], chosen["total"]) == ("Train", 2) or (
        chosen["icons"][0]["title"] == "Cat"
    )
    assert (await ask(family, "get_icons", title="\U0001f308"))["icons"][0]["title"] == "Rainbow"
    assert (await ask(family, "get_icons", own=True))["icons"] == []
    moon = (await ask(family, "get_icons", title="moon"))["icons"][0]
    picture = await seen(family, moon["thumbnail"])
    drawn = opened(make_picture(moon["media_id"])).convert("RGBA")
    assert picture.resize((16, 16), Image.Resampling.NEAREST) == drawn
    assert (await family.client.get(f"/api/{DOMAIN}/icon/{moon['media_id']}")).status == 401


async def test_icons_stay_when_yoto_is_away(family: Family, hass: HomeAssistant) -> None:
    """The list and the pictures that were seen, and it is said that they are old."""
    moon = (await ask(family, "get_icons", query="moon"))["icons"][0]
    await seen(family, moon["thumbnail"])
    gallery = await async_get_gallery(hass)
    family.simulation.world.faults.server_errors = 10
    # Within a day nobody is asked.
    assert (await ask(family, "get_icons", query="moon"))["trouble"] is None
    assert (await gallery.async_icons(family.entry, within=0)).trouble is not None
    assert await seen(family, moon["thumbnail"])
    # A start later the list is still there.
    cache = GalleryCache(Path(hass.config.path(DOMAIN, "artwork")))
    known = await hass.async_add_executor_job(cache.read, family.entry.entry_id)
    assert len(known.icons) == 8


async def test_a_list_that_never_was_is_an_error(family: Family) -> None:
    """With Yoto's reason."""
    family.simulation.world.faults.server_errors = 10
    with pytest.raises(HomeAssistantError, match="list of icons could not be fetched"):
        await ask(family, "get_icons")


@pytest.mark.parametrize(
    ("fault", "value", "said"),
    [
        ("artwork_denied", True, "login does not allow"),
        ("artwork_failing", 1, "did not take the picture"),
        ("dropped_connections", 1, "did not take the picture"),
    ],
)
async def test_an_upload_that_fails_is_explained(
    family: Family, pictures: Path, fault: str, value: object, said: str
) -> None:
    """And works the next time."""
    setattr(family.simulation.world.faults, fault, value)
    with pytest.raises(HomeAssistantError, match=said):
        await ask(family, "upload_cover", title="Moon")
    family.simulation.world.faults.artwork_denied = False
    assert (await ask(family, "upload_cover", title="Moon"))["uploaded"]


async def test_what_a_card_calls_an_icon(
    family: Family, hass: HomeAssistant, pictures: Path
) -> None:
    """Whatever it is named by."""

    async def reference(named: str, title: str = "A story") -> str | None:
        return await async_icon_reference(hass, family.entry, named, title=title)

    moon = (await ask(family, "get_icons", query="moon"))["icons"][0]["icon"]
    assert await reference("Moon") == moon
    assert await reference(moon) == moon
    assert await reference(moon.removeprefix("yoto:#")) == moon
    assert await reference("choose", "Moonlight") is None
    assert await reference("choose", "To the moon") == moon
    assert await reference("\U0001f319") == moon
    face = str(pictures / "face.png")
    assert (
        await async_icon_reference(hass, family.entry, face, title="A face", dry_run=True) is None
    )
    assert family.simulation.cloud.artwork.icons == {}
    made = await reference(face, "A face")
    assert made == f"yoto:#{the_icon(family).name}"
    with pytest.raises(ServiceValidationError, match="Similar ones: Rainbow"):
        await reference("rainbo")


async def test_what_a_card_has_for_a_cover(
    family: Family, hass: HomeAssistant, pictures: Path
) -> None:
    """A file, a drawing, or nothing where audio has none; and a picture for a group."""
    drawn = await async_cover_url(hass, family.entry, "drawn", title="Songs", author="Oma")
    assert drawn is not None
    assert drawn.endswith(f"{the_cover(family).name}.png")
    with pytest.raises(ServiceValidationError, match="give a title"):
        await async_cover_url(hass, family.entry, "drawn", title=" ")
    named = str(pictures / "photo.jpg")
    here = await async_cover_url(hass, family.entry, named, title="Songs", dry_run=True)
    assert here is not None
    assert (await seen(family, here)).size == (638, 1011)
    assert len(family.simulation.cloud.artwork.covers) == 1
    assert await async_cover_url(hass, family.entry, named, title="Songs") != drawn
    assert await async_cover_url(hass, family.entry, "audio", title="Songs") is None
    image_id = await async_group_image_id(hass, family.entry, named)
    image = family.simulation.cloud.artwork.family[image_id]
    assert opened(image.content).size == (640, 480)
    account = family.entry.runtime_data.account
    assert [one.image_id for one in await account.studio.family_images()] == [image_id]


async def test_an_icon_that_nobody_knows_is_not_fetched(
    family: Family, hass: HomeAssistant
) -> None:
    """Nor one whose picture is gone."""
    gallery = await async_get_gallery(hass)
    assert await gallery.async_picture("x" * 43) is None
    moon = (await ask(family, "get_icons", query="moon"))["icons"][0]
    family.simulation.cloud.media.icon_url = lambda _name: "http://127.0.0.1:1/"  # type: ignore[assignment,method-assign]
    await gallery.async_icons(family.entry, within=0)
    with pytest.raises(PictureError):
        await gallery.async_picture(moon["media_id"])
    assert (await family.client.get(moon["thumbnail"])).status == 502


def _lists(folder: Path) -> list[Path]:
    """Return the lists of a folder."""
    return list(folder.glob("*.json"))


async def test_the_list_is_forgotten_with_the_account(family: Family, hass: HomeAssistant) -> None:
    """Nothing of it stays."""
    await ask(family, "get_icons")
    gallery = await async_get_gallery(hass)
    lists = Path(hass.config.path(DOMAIN, "artwork"))
    (kept,) = await hass.async_add_executor_job(_lists, lists)
    assert kept.stem == family.entry.entry_id
    await gallery.async_forget(family.entry.entry_id)
    assert await hass.async_add_executor_job(_lists, lists) == []
