"""Icons for the displays of players (protocol §5.3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """A picture of 16 by 16 pixels."""

    media_id: str
    title: str
    """May be empty: families need not name their icons."""
    url: str


def read_icons(answer: Mapping[str, Json]) -> tuple[Icon, ...]:
    """Read a list of icons. One without an id or an address is left out."""
    return tuple(_read(answer.get("displayIcons")))


def _read(icons: Json) -> Iterator[Icon]:
    """Yield the icons of a list."""
    for icon in icons if isinstance(icons, list) else ():
        if isinstance(icon, dict):
            media_id, url = icon.get("mediaId"), icon.get("url")
            # A picture that was uploaded twice may have an empty object for its address.
            if isinstance(media_id, str) and isinstance(url, str) and media_id and url:
                yield Icon(media_id=media_id, title=str(icon.get("title") or ""), url=url)


def find_icon(icons: Iterable[Icon], named: str) -> Icon | None:
    """Return the icon with a media id, or the first with a title, whose capitals do not matter."""
    wanted, media_id = named.casefold(), named.removeprefix("yoto:#")
    titled = None
    for icon in icons:
        if icon.media_id == media_id:
            return icon
        if titled is None and icon.title.casefold() == wanted:
            titled = icon
    return titled
