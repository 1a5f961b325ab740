"""A story of our own in a home: spoken by a voice that hums, with every byte that was spoken."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
import json
from typing import Final

from aiohttp import ClientSession

from custom_components.yoto_smart_stream.stories.reading import script_of
from custom_components.yoto_smart_stream.story.script import Script
from custom_components.yoto_smart_stream.story_examples import example
from demo.api import Json
from demo.humming_voice.humming import WORD_SECONDS
from demo.login import DOMAIN

from .home import Home
from .songs import FRAME_SECONDS, frames_of

ENGINE: Final = "tts.humming_voice"


class Recording:
    """What was spoken for a text: its bytes, and the hashes by which pieces of it are known."""

    def __init__(self, audio: bytes, tag: bytes = b"") -> None:
        """Take the audio as the library has it, and what somebody has put before it."""
        self._frames: Final = frames_of(audio)
        self._tag: Final = tag
        self._whole: Final = sha256(tag + audio).hexdigest()
        so_far = sha256()
        self._beginnings: Final = {so_far.hexdigest()}
        so_far.update(tag)
        self._beginnings.add(so_far.hexdigest())
        for frame in self._frames:
            so_far.update(frame)
            self._beginnings.add(so_far.hexdigest())

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return len(self._frames) * FRAME_SECONDS

    def is_whole(self, played: Json) -> bool:
        """Tell whether all of it was played."""
        return bool(played["sha256"] == self._whole)

    def is_beginning(self, played: Json) -> bool:
        """Tell whether what was played is its beginning, if only nothing or all of it."""
        return played["sha256"] in self._beginnings

    def is_piece(self, played: Json, *, to_end: bool) -> bool:
        """Tell whether what was played is a piece from anywhere in it, or from there to its end."""
        count = round(played["seconds"] / FRAME_SECONDS)
        last = len(self._frames) - count
        return any(
            sha256(b"".join(self._frames[begin : begin + count])).hexdigest() == played["sha256"]
            for begin in ((last,) if to_end else range(last + 1))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """A story that is kept and spoken."""

    story_id: str
    script: Script
    audio: Mapping[str, bytes]
    """By each text, what the library has of it."""

    @property
    def recordings(self) -> Mapping[str, Recording]:
        """Return what was spoken for each text."""
        return {text: Recording(audio) for text, audio in self.audio.items()}


async def told_tale(home: Home, name: str) -> Tale:
    """Keep an example, have it spoken, and fetch what was spoken."""
    saved = await home.api.ask(f"{DOMAIN}.save_story", example=name)
    named = {"story_id": saved["story_id"]}
    wanted = await home.api.ask(f"{DOMAIN}.speak_story", **named, engine=ENGINE, dry_run=True)
    spoken = await home.api.ask(f"{DOMAIN}.speak_story", **named, engine=ENGINE)
    audio = {}
    for text, one in zip(wanted["to_speak"], spoken["spoken"], strict=True):
        assert text["node"] == one["node"]
        media = f"media-source://{DOMAIN}/library/{one['audio_id']}"
        found: Json = await home.api.command("media_source/resolve_media", media_content_id=media)
        audio[text["text"]] = await body(home.api.url + found["url"])
        # The voice takes the same time for each word; an encoder rounds to whole frames.
        seconds = Recording(audio[text["text"]]).seconds
        assert abs(seconds - len(text["text"].split()) * WORD_SECONDS) < 4 * FRAME_SECONDS
    assert len(set(audio.values())) == len(audio)
    return Tale(story_id=saved["story_id"], script=script_of(example(name), None), audio=audio)


async def body(url: str) -> bytes:
    """Return what is behind an address."""
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.ok, (url, answer.status)
        return await answer.read()


def seed_of(home: Home, player_id: str) -> int:
    """Return what chance is drawn from on a player, as it was written down (blocking)."""
    path = home.stack.home_assistant.config_dir / ".storage" / f"{DOMAIN}.live_sessions"
    sessions = json.loads(path.read_text())["data"]["sessions"]
    (session,) = (one for one in sessions if one["player_id"] == player_id)
    program = session["standing"]["program"]
    assert program["kind"] == "story"
    seed: int = program["seed"]
    return seed
