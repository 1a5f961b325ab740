"""Songs of which every piece tells which song it is from, and a library that has them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
import itertools
from pathlib import Path
import subprocess
from typing import Final

from aiohttp import ClientSession

from demo.api import HomeAssistantApi, Json
from demo.login import DOMAIN

SONGS: Final = 60
SECONDS: Final = 24.0
"""How long a song is for the player, about."""
RATE: Final = 16_000
"""Bytes of a second."""
FRAME_SECONDS: Final = 1152 / 44_100
LONG: Final = ("Long 1", "Long 2", "Long 3")
"""Songs that are longer than what a player has of a song in advance."""
MESSAGE: Final = "Message"
"""A song that is over soon."""
_LONG_FRAMES, _MESSAGE_FRAMES = 1600, 120
_SONG: Final = "Song "
_SHIFT: Final = 15
"""By how many frames each song begins later in the same tone, which rises all the time."""
_TONE: Final = f"aevalsrc='0.4*sin(2*PI*t*(200+t*9))':s=44100:d={SECONDS}"
_CANONICAL: Final = (
    *("-ac", "1", "-b:a", "128k", "-reservoir", "0", "-map_metadata", "-1"),
    *("-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0", "-f", "mp3"),
)


class Songbook:
    """The songs of the library: their media ids, and the bytes that Home Assistant has of them."""

    def __init__(self, media: Mapping[str, str], content: Mapping[str, bytes]) -> None:
        """Take songs by their titles."""
        self.titles: Final = tuple(sorted(title for title in media if title.startswith(_SONG)))
        self.media: Final = media
        self._content = content
        self._beginnings: defaultdict[str, set[str]] = defaultdict(set)
        for title, song in content.items():
            so_far = sha256()
            self._beginnings[so_far.hexdigest()].add(title)
            for frame in frames_of(song):
                so_far.update(frame)
                self._beginnings[so_far.hexdigest()].add(title)

    @classmethod
    async def imported(cls, api: HomeAssistantApi, folder: Path) -> Songbook:
        """Import what lies in a folder."""
        came = await api.ask(f"{DOMAIN}.import_audio", media=str(folder))
        assert not came["failed"]
        ids = {one["title"]: f"media-source://{DOMAIN}/library/{one['audio_id']}"
               for one in came["audio"]}  # fmt: skip
        content = {}
        async with ClientSession() as session:
            for title, media_id in ids.items():
                found: Json = await api.command(
                    "media_source/resolve_media", media_content_id=media_id
                )
                async with session.get(api.url + found["url"]) as answer:
                    assert answer.ok
                    content[title] = await answer.read()
        return cls(ids, content)

    def content(self, title: str) -> bytes:
        """Return the bytes of a song."""
        return self._content[title]

    def seconds(self, title: str) -> float:
        """Return how long a song is."""
        return len(self._content[title]) / RATE

    def beginning_with(self, digest: str) -> str | None:
        """Return the song that begins with the bytes of a hash, None if that is none or several."""
        found = self._beginnings.get(digest, set())
        return next(iter(found)) if len(found) == 1 else None

    def is_nothing(self, digest: str) -> bool:
        """Tell whether a hash is that of too little to tell songs apart."""
        return len(self._beginnings.get(digest, ())) > 1

    def is_any(self, digest: str) -> bool:
        """Tell whether some song begins with the bytes of a hash, if only with none at all."""
        return digest in self._beginnings

    def is_whole(self, title: str, digest: str) -> bool:
        """Tell whether a hash is that of a whole song."""
        return sha256(self._content[title]).hexdigest() == digest

    def is_rest(self, title: str, played: Json) -> bool:
        """Tell whether what was played is a song from somewhere in its middle to its end.

        A player that goes on where it was begins inside a frame, and passes over the rest of that.
        """
        song, frames = self._content[title], frames_of(self._content[title])
        count = round(played["seconds"] / FRAME_SECONDS)
        if not 0 < count < len(frames):
            return False
        border = len(song) - sum(map(len, frames[-count:]))
        inside = range(border, border - len(frames[-count - 1]), -1)
        return any(sha256(song[begin:]).hexdigest() == played["sha256"] for begin in inside)


def make_songs(folder: Path) -> None:
    """Write the songs (blocking). Their frames stand for themselves, so they can be shuffled."""
    folder.mkdir(parents=True)
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", _TONE, *_CANONICAL, "-"]
    made = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - our own
    frames = frames_of(made)
    for number in range(SONGS):
        begin = number * _SHIFT
        song = [*frames[begin:], *frames[:begin]][: len(frames) - number]
        (folder / f"{_SONG}{number + 1:02}.mp3").write_bytes(b"".join(song))
    for number, title in enumerate(LONG):
        begin = number * _SHIFT + _SHIFT // 2
        song = [*frames, *frames, *frames][begin : begin + _LONG_FRAMES]
        (folder / f"{title}.mp3").write_bytes(b"".join(song))
    message = [*frames[_SHIFT // 3 :], *frames][:_MESSAGE_FRAMES]
    (folder / f"{MESSAGE}.mp3").write_bytes(b"".join(message))


def frames_of(content: bytes) -> Sequence[bytes]:
    """Cut MP3 of 128 kbit/s and 44.1 kHz into its frames."""
    borders = [0]
    while borders[-1] < len(content):
        padding = content[borders[-1] + 2] >> 1 & 1
        borders.append(borders[-1] + 417 + padding)
    return [content[begin:end] for begin, end in itertools.pairwise(borders)]
