"""What the display shows: an icon that a card names by an address (protocol §5.3).

When real players fetch it is not known, so it is a trait. Icons that Yoto keeps are not fetched:
the view of a player names them.
"""

from http import HTTPStatus
from typing import Final

from aiohttp import ClientError, hdrs

from simulator.traits import IconFetches, Traits

from .card import Card, Chapter, Track
from .crew import Crew
from .fetcher import BrokenTransferError, Fetcher, TransferError
from .link import LinkDownError

_LARGEST: Final = 64 * 1024
_SIDE: Final = 16
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_DEPTH_AND_COLOURS: Final = b"\x08\x06"
"""Of a PNG: 8 bits each of red, green, blue and opacity."""


class Display:
    """Fetches icons and shows them. One that cannot be had shows nothing, and stops nothing."""

    def __init__(self, fetcher: Fetcher, crew: Crew, traits: Traits) -> None:
        """Show nothing."""
        self.url: str | None = None
        """Of the icon that the track wants to be shown; None where it names none by an address."""
        self.picture: bytes | None = None
        """What is shown of that."""
        self._fetcher = fetcher
        self._crew = crew
        self._traits = traits
        self._kept: dict[str, bytes] = {}
        self._begun: object = None

    def card_begins(self, card: Card) -> None:
        """Fetch all icons of a card that is put in or started, if the player does that."""
        self._kept.clear()
        if self._traits.icon_fetches is not IconFetches.AT_INSERT:
            return
        chapters = [(card.chapter(spot), card.track(spot)) for spot in card.spots]
        urls = dict.fromkeys(_wanted(chapter, track) for chapter, track in chapters)
        self._crew.start(self._fetch_all([url for url in urls if url]), "icons of a card")

    def track_begins(self, chapter: Chapter, track: Track) -> None:
        """Show the icon of a track; nothing is left of the one before."""
        self._begun = begun = object()
        self.url = url = _wanted(chapter, track)
        self.picture = None if url is None else self._kept.get(url)
        if url is not None and self._traits.icon_fetches is IconFetches.AT_START:
            self._crew.start(self._show(url, begun), f"icon of {track.key}")

    def clear(self) -> None:
        """Show nothing."""
        self._begun = self.url = self.picture = None

    async def _show(self, url: str, begun: object) -> None:
        """Fetch an icon and show it, unless another track has begun meanwhile."""
        picture = await self._fetch(url)
        if self._begun is begun:
            self.picture = picture

    async def _fetch_all(self, urls: list[str]) -> None:
        """Fetch icons and keep them for as long as the card is played."""
        for url in urls:
            picture = await self._fetch(url)
            if picture is not None:
                self._kept[url] = picture
                if self.url == url:
                    self.picture = picture

    async def _fetch(self, url: str) -> bytes | None:
        """Return an icon, None where there is none or it is none for this display."""
        try:
            async with self._fetcher.link.carry():
                response, fetch = await self._fetcher.request(hdrs.METH_GET, url)
                try:
                    content = await response.content.read(_LARGEST)
                    while len(content) < _LARGEST and (more := await response.content.readany()):
                        content += more
                finally:
                    response.close()
        except TransferError, BrokenTransferError, LinkDownError, ClientError, TimeoutError:
            return None
        fetch.bytes = len(content)
        return content if response.status == HTTPStatus.OK and _fits(content) else None


def _wanted(chapter: Chapter, track: Track) -> str | None:
    """Return the address of the icon of a track: its own icon comes before that of its chapter."""
    if track.icon_url is not None or track.icon is not None:
        return track.icon_url
    return chapter.icon_url


def _fits(content: bytes) -> bool:
    """Say whether something is a PNG of 16 by 16 dots with transparency."""
    size = _SIDE.to_bytes(4) * 2
    return content.startswith(_PNG) and content[16:26] == size + _DEPTH_AND_COLOURS
