"""Icons for the displays of players (protocol §5.3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..json import Json

REFERENCE: Final = "yoto:#"
"""What comes before a media id on a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """A picture of 16 by 16 pixels."""

    media_id: str
    title: str
    """May be empty: families need not name their icons."""
    url: str
    tags: tuple[str, ...] = ()
    is_own: bool = False
    """Whether the family has made it."""

    @property
    def reference(self) -> str:
        """Return what a card calls it."""
        return f"{REFERENCE}{self.media_id}"


def read_icons(answer: Mapping[str, Json], *, is_own: bool = False) -> tuple[Icon, ...]:
    """Read a list of icons. One without an id or an address is left out."""
    return tuple(_read(answer.get("displayIcons"), is_own=is_own))


def _read(icons: Json, *, is_own: bool) -> Iterator[Icon]:
    """Yield the icons of a list."""
    for icon in icons if isinstance(icons, list) else ():
        if isinstance(icon, dict):
            media_id, url = icon.get("mediaId"), icon.get("url")
            # A picture that was uploaded twice may have an empty object for its address.
            if isinstance(media_id, str) and isinstance(url, str) and media_id and url:
                yield Icon(
                    media_id=media_id,
                    title=str(icon.get("title") or ""),
                    url=url,
                    tags=_texts(icon.get("publicTags")),
                    is_own=is_own,
                )


def _texts(tags: Json) -> tuple[str, ...]:
    """Return the texts of a list."""
    if not isinstance(tags, list):
        return ()
    return tuple(tag for tag in tags if isinstance(tag, str) and tag)


def find_icon(icons: Iterable[Icon], named: str) -> Icon | None:
    """Return the icon with a media id, or the first with a title, whose capitals do not matter."""
    wanted, media_id = named.casefold(), named.removeprefix(REFERENCE)
    titled = None
    for icon in icons:
        if icon.media_id == media_id:
            return icon
        if titled is None and icon.title.casefold() == wanted:
            titled = icon
    return titled
