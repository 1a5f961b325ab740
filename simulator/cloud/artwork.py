"""Pictures that the family uploads: icons, covers and those of groups (protocol §5.2-5.4)."""

import base64
from dataclasses import dataclass
import hashlib

from simulator.world import Faults

from .cards import timestamp
from .errors import ApiError, GatewayError, bad_request

LARGEST = 8 * 1024 * 1024
MOST_FAMILY_IMAGES = 500
COVER_SHAPES = ("default", "activities", "music", "myo", "podcast", "radio", "sfx", "stories")
_PNG = b"\x89PNG\r\n\x1a\n"
_BEGINNINGS = {
    _PNG: "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_SIDE = 16
_COLOUR_TYPES = frozenset({2, 6})
"""Of a PNG: red, green and blue, without and with transparency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it was uploaded."""

    name: str
    content: bytes
    content_type: str
    title: str
    created_at: str
    shape: str | None = None
    """Of a cover: the kind of card that it is for."""


class Artwork:
    """What was uploaded, by name, in the order in which it came."""

    def __init__(self, faults: Faults) -> None:
        """Obey the faults."""
        self._faults = faults
        self.icons: dict[str, Picture] = {}
        self.covers: dict[str, Picture] = {}
        self.family: dict[str, Picture] = {}

    def find(self, name: str) -> Picture | None:
        """Return an icon or a cover."""
        return self.icons.get(name) or self.covers.get(name)

    def add_icon(self, content: bytes, title: str, *, converted: bool) -> tuple[Picture, bool]:
        """Keep an icon; tell whether it is new.

        Raises:
            ApiError: it is no picture, or none for the display where nothing converts it.
            GatewayError: a fault is switched on.
        """
        picture = self._received(content, title)
        if not converted and not _is_for_display(picture):
            raise bad_request("The icon must be a 16x16 PNG or GIF")
        is_new = picture.name not in self.icons
        return self.icons.setdefault(picture.name, picture), is_new

    def add_cover(self, content: bytes, title: str, shape: str) -> Picture:
        """Keep a cover.

        Raises:
            ApiError: it is no picture, or for a kind of card that does not exist.
            GatewayError: a fault is switched on.
        """
        if shape not in COVER_SHAPES:
            raise bad_request("Unknown coverType")
        picture = self._received(content, title, shape=shape)
        return self.covers.setdefault(picture.name, picture)

    def add_family_image(self, content: bytes) -> Picture:
        """Keep a picture for groups.

        Raises:
            ApiError: it is no picture, or there are too many.
            GatewayError: a fault is switched on.
        """
        picture = self._received(content, "")
        if picture.name not in self.family and len(self.family) >= MOST_FAMILY_IMAGES:
            raise bad_request(f"A family can have at most {MOST_FAMILY_IMAGES} images")
        return self.family.setdefault(picture.name, picture)

    def _received(self, content: bytes, title: str, *, shape: str | None = None) -> Picture:
        """Look at what comes."""
        if self._faults.artwork_denied:
            raise GatewayError(
                403,
                "Message",
                "User is not authorized to access this resource with an explicit deny",
            )
        if self._faults.artwork_failing > 0:
            self._faults.artwork_failing -= 1
            raise GatewayError(500, "message", "Internal server error")
        if len(content) > LARGEST:
            raise ApiError(413, "too-large", "The image is too large")
        for beginning, content_type in _BEGINNINGS.items():
            if content.startswith(beginning):
                digest = hashlib.sha256(content).digest()
                return Picture(
                    name=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                    content=content,
                    content_type=content_type,
                    title=title,
                    created_at=timestamp(),
                    shape=shape,
                )
        raise bad_request("The body is not an image")


def _is_for_display(picture: Picture) -> bool:
    """Say whether a display can show a picture as it is."""
    content = picture.content
    if picture.content_type == "image/gif":
        size = content[6:8], content[8:10]
        return all(int.from_bytes(side, "little") == _SIDE for side in size)
    if picture.content_type != "image/png":
        return False
    size = content[16:20], content[20:24]
    return (
        all(int.from_bytes(side) == _SIDE for side in size)
        and content[24] == 8  # noqa: PLR2004
        and content[25] in _COLOUR_TYPES
    )
