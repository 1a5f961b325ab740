"""Naming: from what a person writes to the items of a stream. Pure."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ..library.errors import UnknownAudioError
from ..library.item import AudioItem as LibraryAudio
from ..web import web_address
from .stream import AudioItem, Item, LiveItem, Stream, StreamItem

_MEDIA_SOURCE: Final = "media-source"


class UnknownItemError(Exception):
    """Report that nothing has a name."""

    def __init__(self, name: str) -> None:
        """Remember what was looked for."""
        super().__init__(f"Nothing is called {name!r}")
        self.name = name


class AmbiguousItemError(Exception):
    """Report that an audio and a stream have the same name."""

    def __init__(self, name: str) -> None:
        """Remember the name."""
        super().__init__(f"An audio and a stream are called {name!r}")
        self.name = name


class ItemNames:
    """Find items by what people call them."""

    def __init__(
        self,
        find_stream: Callable[[str], Stream | None],
        get_audio: Callable[[str], LibraryAudio],
    ) -> None:
        """Take what names are looked up in; `get_audio` raises LibraryError."""
        self._find_stream = find_stream
        self._get_audio = get_audio

    def item(self, named: str | Mapping[str, str]) -> Item:
        """Return the item that is meant.

        A text is an address or media id, or an id, slug, title or name of audio or of a stream.
        A mapping says which: `audio`, `stream`, `media`, or the choice of a media picker.

        Raises:
            UnknownItemError, AmbiguousItemError: It is none, or two.
            LibraryError: Several audios have the title, or none does.
        """
        match named:
            case {"audio": str(key)}:
                return AudioItem(audio_id=self._get_audio(key).audio_id)
            case {"stream": str(key)}:
                if (stream := self._find_stream(key)) is None:
                    raise UnknownItemError(key)
                return StreamItem(name=stream.name)
            case {"media": str(key)} | {"media_content_id": str(key)} | str(key):
                return self._named(key)
        raise UnknownItemError(str(named))

    def _named(self, key: str) -> Item:
        """Return what a text means by itself."""
        if key.startswith(f"{_MEDIA_SOURCE}://"):
            return LiveItem(source=key)
        if (address := web_address(key)) is not None:
            return LiveItem(source=address)
        stream = self._find_stream(key)
        try:
            audio = self._get_audio(key)
        except UnknownAudioError:
            if stream is None:
                raise UnknownItemError(key) from None
            return StreamItem(name=stream.name)
        if stream is not None:
            raise AmbiguousItemError(key)
        return AudioItem(audio_id=audio.audio_id)


def title_of_live(item: LiveItem) -> str | None:
    """Return what people can know a live item by, None where its id tells them nothing.

    Of an address that is the host alone, since the rest may hold a secret; of speech the words,
    unless they are worked out when they are said.
    """
    address = urlsplit(item.source)
    if address.scheme != _MEDIA_SOURCE:
        return address.hostname
    words = parse_qs(address.query).get("message", [""])[0]
    return words if words and "{" not in words else None
