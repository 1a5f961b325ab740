"""Announcements: what is heard, and what plays and how loud it is afterwards."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.yoto_smart_stream.arrivals.announcing import async_announce_cards
from custom_components.yoto_smart_stream.audio.plan import Plan, Source
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.coordinator import YotoConfigEntry
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS
from custom_components.yoto_smart_stream.opening.opened import OpenedFile, OpenedLive
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.program.contract import Program
from custom_components.yoto_smart_stream.program.fetching import Fetch
from custom_components.yoto_smart_stream.program.item import Item
from custom_components.yoto_smart_stream.program.session import Session
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry

from . import Family, settle
from .concert import PROFILE, Concert, make_concert
from .test_audio_speech import Parrot

_SYNC = 0xFF
"""How frames begin."""
LIGHTHOUSE = "2Lght"
"""A story of the simulated library, whose first chapter lasts 40 seconds."""


@pytest.fixture
def players() -> int:
    """One is enough."""
    return 1


@pytest.fixture
def speed() -> float:
    """Let its seconds be those of Home Assistant."""
    return 1


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for speech, and for media in a folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ("tts",)


@pytest.fixture
async def parrot(family: Family, tmp_path: Path) -> Parrot:
    """Return an engine that Home Assistant has."""
    parrot = Parrot(tmp_path)
    await family.hass.data[DATA_COMPONENT].async_add_entities([parrot])
    return parrot


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return songs, the first of which lasts 8 seconds."""
    return await make_concert(family, tmp_path, seconds=8)


class Room:
    """A room with a player, in which things are announced."""

    def __init__(self, family: Family) -> None:
        """Listen to the first player."""
        self.family = family

    async def speak(self, text: str) -> None:
        """Have a text spoken as automations do."""
        await self.family.hass.services.async_call(
            "tts",
            "speak",
            {
                "entity_id": "tts.parrot",
                "media_player_entity_id": self.family.entity_id("media_player"),
                "message": text,
            },
            blocking=True,
        )

    async def announce(self, text: str, **extra: object) -> None:
        """Have a text announced with a volume or a chime."""
        media_id = f"media-source://tts/tts.parrot?message={text}&tts_options=null"
        await self.play(media_id, announce=True, extra=extra)

    async def play(self, media_id: str, **more: object) -> None:
        """Play something."""
        await self.family.act(
            "media_player.play_media", media_content_id=media_id, media_content_type="music", **more
        )

    async def audio(self, text: str, *, chime: bool = False) -> bytes:
        """Return what a text sounds like."""
        opener = await async_get_opener(self.family.hass)
        media = f"media-source://tts/tts.parrot?message={text}&tts_options=null"
        opened = await opener.async_open(Item(media=media, title="", chime=chime))
        assert isinstance(opened, OpenedFile)
        plan = Plan(
            parts=tuple(opened.source.slices(0, opened.source.total)), content_type="audio/mpeg"
        )
        return await asyncio.to_thread(_bytes_of, plan)

    def heard(self, content: bytes) -> bool:
        """Tell whether something has been heard from its first to its last byte."""
        wanted = sha256(content).hexdigest()
        return any(played["sha256"] == wanted for played in self.family.player.played())

    @property
    def volume(self) -> object:
        """Return how loud the player is, from 0 to 16."""
        return self.family.player.workings.facts().volume

    def is_as_loud_as(self, step: int) -> bool:
        """Tell whether the player is at a step."""
        return self.volume == step

    @property
    def session(self) -> Session:
        """Return what its live card plays."""
        (session,) = self.family.hass.data[LIVE_CARDS]._sessions.values()
        return session

    def playing(self) -> dict[str, Any]:
        """Return what the player plays."""
        playing = self.family.player.view()["playing"]
        return playing if isinstance(playing, dict) else {}

    def place(self) -> tuple[object, object]:
        """Return where on which card the player is."""
        playing = self.playing()
        return playing.get("card_id"), playing.get("chapter_key")

    def at(self) -> float:
        """Return at which second the player is."""
        position = self.family.player.view()["position"]
        assert isinstance(position, float)
        return position

    async def left_for(self, announcing: Coroutine[Any, Any, None]) -> float:
        """Return at which second what plays was left for an announcement."""
        task, second, here = asyncio.create_task(announcing), self.at(), self.place()
        while self.place() == here:
            second = self.at()
            await asyncio.sleep(0.01)
        await task
        return second

    def shows(self, title: str) -> Callable[[], bool]:
        """Return what tells whether a title is shown."""
        return lambda: self.family.state("media_player").attributes.get("media_title") == title


def _bytes_of(plan: Plan) -> bytes:
    """Read a plan (blocking)."""
    content = b""
    for part in plan.parts:
        with part.path.open("rb") as file:
            file.seek(part.offset)
            content += file.read(part.length)
    return content


@pytest.fixture
async def room(family: Family, parrot: Parrot) -> Room:
    """Return a room whose player is half as loud as it can be."""
    await family.act("media_player.volume_set", volume_level=0.5)
    room = Room(family)
    await settle(lambda: family.state("media_player").attributes["volume_level"] == 0.5)
    return room


def library(concert: Concert, title: str) -> str:
    """Return the media id of a song."""
    return f"media-source://{DOMAIN}/library/{concert.songs[title].audio_id}"


async def test_a_story_goes_on_at_the_second_where_it_stopped(room: Room) -> None:
    """In its chapter, which is not its first, after all of the text has been heard."""
    await room.play(f"yoto-card:{LIGHTHOUSE}/02/02")
    await room.family.shows("playing")
    await room.family.act("media_player.media_seek", seek_position=12)
    await settle(lambda: 12.5 < room.at() < 20)
    left = await room.left_for(room.speak("Dinner is ready"))
    await settle(room.shows("Dinner is ready"))
    await settle(lambda: room.playing().get("card_id") == LIGHTHOUSE)
    assert abs(room.at() - left) <= 1.5
    assert room.heard(await room.audio("Dinner is ready"))
    assert room.playing()["chapter_key"] == "02"
    assert room.volume == 8


async def test_an_item_of_the_queue_goes_on_at_the_second(room: Room, concert: Concert) -> None:
    """What is heard afterwards is the rest of the file, byte by byte."""
    await room.play(library(concert, "Ant"))
    await settle(lambda: room.at() > 2)
    left = await room.left_for(room.speak("Bath time"))
    await settle(room.shows("Bath time"))
    await settle(room.shows("Ant"))
    playing = room.session.playing
    assert playing is not None
    assert abs(playing.begin_at - left) < 1
    content = concert.content("Ant")
    near = PROFILE.bytes_of(PROFILE.frames_in(playing.begin_at))
    borders = [
        at for at in range(near - PROFILE.frame_length - 1, near + 2) if content[at] == _SYNC
    ]
    await settle(lambda: any(room.heard(content[border:]) for border in borders))
    await room.family.shows("idle")


async def test_a_paused_story_is_put_back_and_paused(room: Room) -> None:
    """At its second, and silent."""
    await room.play(f"yoto-card:{LIGHTHOUSE}/02/02")
    await settle(lambda: room.at() > 1.5)
    await room.family.act("media_player.media_pause")
    await room.family.shows("paused")
    second = room.at()
    await room.speak("Good night")
    await settle(lambda: room.playing().get("card_id") != LIGHTHOUSE)
    await settle(
        lambda: (
            room.playing().get("card_id") == LIGHTHOUSE
            and room.family.player.view()["status"] == "paused"
        )
    )
    assert abs(room.at() - second) <= 1.5


async def test_a_paused_queue_waits_for_somebody_to_go_on(room: Room, concert: Concert) -> None:
    """Nothing starts by itself, and playing again begins at the second of the pause."""
    await room.play(library(concert, "Ant"))
    await settle(lambda: room.at() > 2)
    await room.family.act("media_player.media_pause")
    await room.family.shows("paused")
    second = room.at()
    await room.speak("Good night")
    await settle(room.shows("Good night"))
    await room.family.shows("idle")
    assert room.heard(await room.audio("Good night"))
    (card_id,) = {
        card.card_id
        for card in room.family.entry.runtime_data.account.shelf.own_cards
        if card.title.startswith("Home Assistant")
    }
    await room.play(f"yoto-card:{card_id}")
    await settle(room.shows("Ant"))
    playing = room.session.playing
    assert playing is not None
    assert abs(playing.begin_at - second) < 1.5


async def test_after_silence_there_is_silence(room: Room) -> None:
    """A player that was idle is idle again."""
    await room.speak("Good night")
    await settle(room.shows("Good night"))
    await room.family.shows("idle")
    assert room.heard(await room.audio("Good night"))
    assert room.playing() == {}


async def test_several_are_heard_one_after_the_other(room: Room) -> None:
    """Those that come while one is spoken wait, and nothing is said twice."""
    texts = [
        "The first one comes now and takes quite a while to be said",
        "The second",
        "The third",
    ]
    audio = [await room.audio(text) for text in texts]
    await room.announce(texts[0])
    await settle(room.shows(texts[0]))
    await room.announce(texts[1])
    await room.announce(texts[2])
    assert room.shows(texts[0])()
    await settle(room.shows(texts[1]))
    await settle(room.shows(texts[2]))
    await room.family.shows("idle")
    assert all(map(room.heard, audio))
    played = [one["sha256"] for one in room.family.player.played()]
    assert len(played) - len(set(played)) == 0


async def test_it_is_as_loud_as_it_was_asked_to_be(room: Room) -> None:
    """Up to the player's limit, and as loud as before afterwards."""
    limit = room.family.player.view()["volume_max"]
    assert isinstance(limit, int)
    asked: list[tuple[float | str, int]] = [(0.75, 12), ("75", 12), (100, 16)]
    for volume, step in asked:
        await room.announce("Dinner is nearly ready now", volume=volume)
        await settle(partial(room.is_as_loud_as, min(step, limit)))
        await settle(partial(room.is_as_loud_as, 8))
        await room.family.shows("idle")


async def test_a_hand_on_the_volume_knob_counts(room: Room) -> None:
    """What a child has set during an announcement stays."""
    await room.announce("Dinner is nearly ready now", volume=0.75)
    await settle(lambda: room.volume == 12)
    await room.family.player.turn("left", -8)
    await settle(lambda: room.family.state("media_player").attributes["volume_level"] == 0.25)
    await room.family.shows("idle")
    assert room.volume == 4


async def test_a_child_who_presses_a_knob_wins(room: Room, concert: Concert) -> None:
    """The announcement and those that wait are over, and the press counts for the queue."""
    await room.play(library(concert, "Ant"))
    await settle(room.shows("Ant"))
    await room.play(library(concert, "Bee"), enqueue="add")
    await room.announce("This would be a long announcement", volume=0.75)
    await room.announce("This too")
    await settle(lambda: room.volume == 12)
    await room.family.player.press("right")
    await settle(room.shows("Bee"))
    await settle(lambda: room.volume == 8)
    assert not room.heard(await room.audio("This too"))


async def test_a_card_that_is_put_in_ends_it(room: Room) -> None:
    """And makes no child listen to a story at the volume of an alarm."""
    await room.announce("This would be a long announcement", volume=0.75)
    await settle(lambda: room.volume == 12)
    await settle(lambda: room.family.state("media_player").attributes["volume_level"] == 0.75)
    await settle(lambda: room.session.standing.told)
    await room.family.player.insert(LIGHTHOUSE)
    await settle(lambda: room.volume == 8)
    assert room.playing()["card_id"] == LIGHTHOUSE


async def test_a_power_cut_does_not_leave_it_loud(room: Room) -> None:
    """The volume is put back when the player is there again."""
    await room.announce("This would be a long announcement", volume=0.75)
    await settle(lambda: room.family.state("media_player").attributes["volume_level"] == 0.75)
    await room.family.player.power(False)
    await room.family.shows("unavailable")
    await room.family.player.power(True)
    await settle(lambda: room.volume == 8)


async def test_a_restart_in_the_middle_does_not_leave_it_loud(room: Room) -> None:
    """Home Assistant puts the volume back, and the story goes on."""
    await room.play(LIGHTHOUSE)
    await settle(lambda: room.at() > 1)
    await room.announce("This would be a long announcement", volume=0.75)
    await settle(lambda: room.family.state("media_player").attributes["volume_level"] == 0.75)
    assert await room.family.hass.config_entries.async_reload(room.family.entry.entry_id)
    live = room.family.hass.data[LIVE_CARDS]
    live._sessions.clear()
    await live.async_load()
    await settle(lambda: room.playing().get("card_id") == LIGHTHOUSE)
    await settle(lambda: room.volume == 8)


async def test_what_a_player_says_before_all_is_set_up_counts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stopped while Home Assistant is away, and has said so before anyone listens."""
    manager, entry = room.family.hass.config_entries, room.family.entry
    await room.announce("This would be a long announcement", volume=0.75)
    await settle(lambda: room.volume == 12)
    await settle(lambda: room.family.state("media_player").attributes["volume_level"] == 0.75)
    await settle(lambda: room.session.standing.told)
    assert await manager.async_unload(entry.entry_id)
    await room.family.player.insert(LIGHTHOUSE)
    await room.family.player.remove()

    async def slow(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
        await asyncio.sleep(1)
        await async_announce_cards(hass, entry)

    monkeypatch.setattr("custom_components.yoto_smart_stream.async_announce_cards", slow)
    assert await manager.async_setup(entry.entry_id)
    async with asyncio.timeout(10):
        await settle(lambda: room.volume == 8)


async def test_a_chime_and_the_text_are_one_piece(room: Room) -> None:
    """Both are heard as one file."""
    await room.announce("Dinner", chime=True)
    spoken = await room.audio("Dinner")
    both = await room.audio("Dinner", chime=True)
    assert both.endswith(spoken)
    assert len(both) > len(spoken) + 12_000
    await settle(lambda: room.heard(both))


async def test_a_notification_is_spoken(room: Room, parrot: Parrot) -> None:
    """In the voice of the options; the title is shown."""
    form = await room.family.options("announcements")
    await room.family.hass.config_entries.options.async_configure(
        form["flow_id"],
        {"engine": "tts.parrot", "language": "de", "voice": " grey ", "volume": 75, "chime": True},
    )
    await settle(lambda: room.family.state("notify", "announce").state == "unknown")
    await room.family.hass.services.async_call(
        "notify",
        "send_message",
        {
            "entity_id": room.family.entity_id("notify", "announce"),
            "message": "Das Essen ist fertig",
            "title": "Kitchen",
        },
        blocking=True,
    )
    await settle(room.shows("Kitchen"))
    await settle(lambda: room.volume == 12)
    ((message, language, options),) = parrot.said
    assert (message, language, options["voice"]) == ("Das Essen ist fertig", "de", "grey")
    await settle(lambda: room.volume == 8)


async def test_without_an_engine_there_is_a_clear_error(family: Family) -> None:
    """Before anything is interrupted."""
    with pytest.raises(ServiceValidationError, match="no text-to-speech engine"):
        await family.hass.services.async_call(
            "notify",
            "send_message",
            {"entity_id": family.entity_id("notify", "announce"), "message": "Hello"},
            blocking=True,
        )


@pytest.mark.parametrize(
    ("media_id", "extra", "said"),
    [
        ("media-source://media_source/local/gone.mp3", {}, "gone.mp3"),
        (f"yoto-card:{LIGHTHOUSE}", {}, "A card cannot be announced"),
        ("ant", {"volume": "loud"}, "number from 0 to 1, or a percentage"),
        ("ant", {"volume": 101}, "number from 0 to 1, or a percentage"),
        ("ant", {"chime": "perhaps"}, "true or false, and not perhaps"),
        ("All", {}, "All has no end"),
    ],
)
async def test_what_cannot_be_announced_interrupts_nothing(
    room: Room, concert: Concert, media_id: str, extra: dict[str, object], said: str
) -> None:
    """It is said why, and the story goes on."""
    await concert.set("All", "Ant", "Bee", play_mode="loop")
    await room.play(LIGHTHOUSE)
    await room.family.shows("playing")
    with pytest.raises(HomeAssistantError, match=said):
        await room.play(media_id, announce=True, extra=extra)
    assert room.playing()["card_id"] == LIGHTHOUSE


async def test_a_player_that_does_not_obey_is_told_of(room: Room) -> None:
    """And does not announce it later, when somebody presses a knob."""
    await room.speak("Hello")
    await settle(room.shows("Hello"))
    await room.family.shows("idle")
    room.family.simulation.world.faults.refuse_commands = True
    with pytest.raises(HomeAssistantError):
        await room.speak("Nobody hears this")
    assert room.session.staged is None
    registry = await async_get_registry(room.family.hass)
    assert registry is not None


async def test_music_right_after_an_announcement_waits_for_it(
    room: Room, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the player was told of and has not fetched yet is heard whole, and then the music."""
    await room.play(library(concert, "Ant"))
    await settle(room.shows("Ant"))
    audio, live, both_told = (
        await room.audio("Dinner is ready"),
        room.family.hass.data[LIVE_CARDS],
        asyncio.Event(),
    )
    answer = live.async_answer

    async def held(
        token: str,
        player_id: str,
        fetch: Fetch,
        *,
        card_id: str | None,
        program: Program | None,
    ) -> Source | OpenedLive:
        await both_told.wait()
        return await answer(token, player_id, fetch, card_id=card_id, program=program)

    monkeypatch.setattr(live, "async_answer", held)
    await room.announce("Dinner is ready")
    await room.play(library(concert, "Bee"))
    both_told.set()
    await settle(room.shows("Bee"))
    assert room.heard(audio)


async def test_what_was_played_last_is_played_again(room: Room, concert: Concert) -> None:
    """A card that was taken out, and after it the queue; an announcement in between is neither."""
    await room.play(library(concert, "Ant"))
    await settle(lambda: room.session.standing.told)
    await room.family.player.insert(LIGHTHOUSE)
    await settle(lambda: room.family.state("media_player").attributes["card_id"] == LIGHTHOUSE)
    await room.family.player.remove()
    await room.family.shows("idle")
    await room.announce("Good night")
    await settle(room.shows("Good night"))
    await room.family.shows("idle")
    await room.family.act("media_player.media_play")
    await settle(lambda: room.playing().get("card_id") == LIGHTHOUSE)
    await room.play(library(concert, "Bee"))
    await settle(room.shows("Bee"))
    await room.family.act("media_player.media_stop")
    await room.family.shows("idle")
    await room.family.act("media_player.media_play")
    await settle(room.shows("Bee"))
