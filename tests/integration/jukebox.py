"""What tests of queues do with a player, and what they hear and see of it."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from homeassistant.core import Event, HomeAssistant

from custom_components.yoto_smart_stream.const import DOMAIN

from . import Family, settle
from .concert import PROFILE, Concert


async def play(family: Family, media: str, enqueue: str = "replace") -> None:
    """Play something of Home Assistant's, or put it into the queue."""
    await family.act(
        "media_player.play_media",
        media_content_id=media,
        media_content_type="music",
        enqueue=enqueue,
    )


def song(concert: Concert, title: str) -> str:
    """Return the media id of a song of the library."""
    return f"media-source://{DOMAIN}/library/{concert.songs[title].audio_id}"


async def line_up(concert: Concert, *titles: str) -> None:
    """Play songs one after the other."""
    for number, title in enumerate(titles):
        await play(concert.family, song(concert, title), "add" if number else "replace")


async def plays(family: Family, title: str) -> None:
    """Wait until an item is shown as playing, and is heard."""

    def does() -> bool:
        state = family.state("media_player")
        hearing = family.player.view()["hearing"]
        return (
            state.state == "playing"
            and state.attributes.get("media_title") == title
            and isinstance(hearing, dict)
            and isinstance(hearing["seconds"], float)
            and hearing["seconds"] > 0
        )

    await settle(does)


def heard(concert: Concert) -> str:
    """Return the first letters of the songs that the player has played to their ends."""
    known = {sha256(concert.content(title)).hexdigest(): title[0] for title in concert.songs}
    return "".join(known.get(str(one["sha256"]), "") for one in concert.family.player.played())


def rests(content: bytes, seconds: float) -> set[str]:
    """Return the hashes of what is left of audio about a second, at the border of a frame."""
    frame = PROFILE.frames_in(seconds)
    borders = [PROFILE.bytes_of(number) for number in (frame - 1, frame, frame + 1)]
    # The border of a frame is within a byte of where it is by arithmetic.
    return {sha256(content[border + by :]).hexdigest() for border in borders for by in (-1, 0, 1)}


def cached(hass: HomeAssistant) -> list[str]:
    """Return what is whole in the cache, which is noted last."""
    folder = Path(hass.config.path("yoto_smart_stream/opened"))
    return sorted(path.name for path in folder.glob("*.json"))


def told(hass: HomeAssistant) -> Callable[[], list[dict[str, object]]]:
    """Return what returns the events about queues from now on."""
    events: list[Event] = []
    hass.bus.async_listen(f"{DOMAIN}_queue", events.append)
    return lambda: [dict(event.data) for event in events]
