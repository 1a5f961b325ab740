"""A container: what a file says of itself, read by ffprobe in a process of its own.

Everything in here was written by whoever made the file. Texts are cut, numbers are checked, and
what makes no sense counts as not there. A tag may be a bomb, which is why no library of ours reads
it: ffprobe runs with bounded memory.
"""

from dataclasses import dataclass
import json
import math
from pathlib import Path
from typing import Final

from .errors import AudioError, AudioErrorCode
from .ffmpeg import INPUT_GUARDS, Ffmpeg, OutputTooLongError, StalledError, collect
from .recognition import Recognised

_LARGEST_ANSWER: Final = 8 * 1024 * 1024
_PATIENCE_SECONDS: Final = 60.0
_LONGEST_TEXT: Final = 1000
_MOST_CHAPTERS: Final = 2000
_MOST_TRACKS: Final = 10_000
_MOST_DIGITS: Final = 9
_SHOWN: Final = (
    "format=duration:format_tags:chapter=start_time,end_time:chapter_tags:"
    "stream=index,codec_type,codec_name,duration,sample_rate,channels:stream_tags:"
    "stream_disposition=attached_pic"
)

type _Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chapter in a file: seconds [start, stop), and its title."""

    start: float
    stop: float
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What the tags say: texts without blanks around them, None where there is none."""

    title: str | None = None
    author: str | None = None
    album: str | None = None
    track: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Describe a file that holds audio.

    `declared_seconds` is what it says, None where it does not. `cover` is the number of the stream
    that holds an embedded picture, `cover_format` its codec (`mjpeg`, `png`).
    """

    declared_seconds: float | None
    sample_rate: int | None
    channels: int | None
    codec: str | None
    tags: Tags
    chapters: tuple[Mark, ...]
    cover: int | None
    cover_format: str | None


async def read_container(ffmpeg: Ffmpeg, path: Path, recognised: Recognised) -> Container:
    """Ask ffprobe what is in a file.

    Raises:
        AudioError: The file is broken, has no audio in it, or is a video.
        ToolError: ffprobe cannot be started.
    """
    command = [
        ffmpeg.probe_binary,
        *("-hide_banner", "-loglevel", "error"),
        *INPUT_GUARDS,
        *("-f", recognised.reader, "-show_entries", _SHOWN, "-show_chapters", "-of", "json"),
        *("-i", f"file:{path}"),
    ]
    try:
        ended, output = await collect(command, _LARGEST_ANSWER, _PATIENCE_SECONDS)
    except (OutputTooLongError, StalledError) as err:
        raise AudioError(AudioErrorCode.BROKEN, path, recognised.format) from err
    if ended.code:
        raise AudioError(AudioErrorCode.BROKEN, path, recognised.format)
    try:
        answer = _mapping(json.loads(output.decode(errors="replace")))
    except ValueError as err:
        raise AudioError(AudioErrorCode.BROKEN, path, recognised.format) from err
    streams = _mappings(answer.get("streams"))
    audio = next((stream for stream in streams if stream.get("codec_type") == "audio"), None)
    pictures = [stream for stream in streams if stream.get("codec_type") == "video"]
    if any(not _is_cover(stream) for stream in pictures):
        raise AudioError(AudioErrorCode.UNSUPPORTED, path, "video")
    if audio is None:
        raise AudioError(AudioErrorCode.NO_AUDIO, path, recognised.format)
    about = _mapping(answer.get("format"))
    cover = pictures[0] if pictures else {}
    return Container(
        declared_seconds=_seconds(audio.get("duration")) or _seconds(about.get("duration")),
        sample_rate=_whole(audio.get("sample_rate")),
        channels=_whole(audio.get("channels")),
        codec=_text(audio.get("codec_name")),
        tags=_tags({**_mapping(audio.get("tags")), **_mapping(about.get("tags"))}),
        chapters=_chapters(_mappings(answer.get("chapters"))),
        cover=_whole(cover.get("index")),
        cover_format=_text(cover.get("codec_name")),
    )


def _is_cover(stream: _Json) -> bool:
    """Tell whether a stream of pictures is one embedded picture."""
    return bool(_mapping(stream.get("disposition")).get("attached_pic"))


def _tags(found: _Json) -> Tags:
    """Read the tags that we use; formats differ in how they write the names."""
    named = {name.lower(): value for name, value in found.items()}
    author = _text(named.get("artist")) or _text(named.get("album_artist"))
    return Tags(
        title=_text(named.get("title")),
        author=author or _text(named.get("author")) or _text(named.get("composer")),
        album=_text(named.get("album")),
        track=_track(named.get("track") or named.get("tracknumber")),
    )


def _track(value: object) -> int | None:
    """Read a track number, which may be followed by how many there are (`3/12`)."""
    number = _whole(str(value).partition("/")[0].strip())
    return number if number is not None and number <= _MOST_TRACKS else None


def _chapters(found: list[_Json]) -> tuple[Mark, ...]:
    """Read the chapters in order of time, without those that make no sense."""
    marks = []
    for chapter in found[:_MOST_CHAPTERS]:
        start, stop = _seconds(chapter.get("start_time")), _seconds(chapter.get("end_time"))
        if start is None or stop is None or stop <= start:
            continue
        title = _text(_mapping(chapter.get("tags")).get("title"))
        marks.append(Mark(start=start, stop=stop, title=title))
    return tuple(sorted(marks, key=lambda mark: mark.start))


def _text(value: object) -> str | None:
    """Return a text in one line, without what cannot be printed, None if nothing is left."""
    if not isinstance(value, str):
        return None
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    return line[:_LONGEST_TEXT].strip() or None


def _seconds(value: object) -> float | None:
    """Return a time that can be one."""
    if not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _whole(value: object) -> int | None:
    """Return a number without a sign."""
    if isinstance(value, int):
        return value if value >= 0 else None
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= _MOST_DIGITS
    ):
        return int(value)
    return None


def _mapping(value: object) -> _Json:
    """Return a mapping, empty if it is something else."""
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[_Json]:
    """Return the mappings of a list, none if it is something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
