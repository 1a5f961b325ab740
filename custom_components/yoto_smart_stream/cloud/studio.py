"""Artwork in the account: icons, covers and the pictures of the family (protocol §5.2-5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..json import Json
from .errors import CloudUnreachableError
from .icons import Icon, read_icons
from .rest import CloudRest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A cover that Yoto has."""

    media_id: str
    url: str
    """Goes into `metadata.cover.imageL` of a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyImage:
    """A picture for groups of cards."""

    image_id: str
    url: str | None
    """Where it is seen; signed, so it does not last."""


class Studio:
    """What the account has of artwork, and sending it more."""

    def __init__(self, rest: CloudRest) -> None:
        """Use a client."""
        self._rest = rest

    async def icons(self) -> tuple[Icon, ...]:
        """Return the icons that the family has made, and then all of Yoto's.

        Raises:
            CloudError: they cannot be had.
        """
        own = read_icons(await self._rest.icons("me"), is_own=True)
        return (*own, *read_icons(await self._rest.icons("yoto")))

    async def upload_icon(self, content: bytes, content_type: str, title: str) -> str:
        """Upload an icon and return its media id. One that Yoto has already is not doubled.

        Raises:
            RequestRefusedError: Yoto did not take it, or the login lacks the permission.
            CloudUnreachableError: no proper answer.
        """
        answer = await self._rest.upload_icon(content, content_type, title)
        return _text(_block(answer, "displayIcon"), "mediaId")

    async def upload_cover(self, content: bytes, content_type: str, shape: str, name: str) -> Cover:
        """Upload a cover.

        Raises:
            RequestRefusedError: Yoto did not take it, or the login lacks the permission.
            CloudUnreachableError: no proper answer.
        """
        block = _block(
            await self._rest.upload_cover(content, content_type, shape, name), "coverImage"
        )
        return Cover(media_id=_text(block, "mediaId"), url=_text(block, "mediaUrl"))

    async def family_images(self) -> tuple[FamilyImage, ...]:
        """Return the pictures that the family has for groups.

        Raises:
            CloudError: they cannot be had.
        """
        answer = await self._rest.family_images()
        images = answer.get("images") if isinstance(answer, dict) else answer
        return tuple(
            _family_image(image)
            for image in (images if isinstance(images, list) else ())
            if isinstance(image, dict) and isinstance(image.get("imageId"), str)
        )

    async def upload_family_image(self, content: bytes, content_type: str) -> FamilyImage:
        """Upload a picture for groups. One that Yoto has already is not doubled.

        Raises:
            RequestRefusedError: Yoto did not take it, or the login lacks the permission.
            CloudUnreachableError: no proper answer.
        """
        answer = await self._rest.upload_family_image(content, content_type)
        if not isinstance(answer, dict):
            raise CloudUnreachableError("The answer names no picture")
        return FamilyImage(image_id=_text(answer, "imageId"), url=_address(answer))


def _block(answer: Json, name: str) -> Mapping[str, Json]:
    """Return the object of an answer that says what was uploaded."""
    block = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(block, dict):
        raise CloudUnreachableError(f"The answer has no {name}")
    return block


def _text(block: Mapping[str, Json], name: str) -> str:
    """Return a text that has to be there."""
    value = block.get(name)
    if not isinstance(value, str) or not value:
        raise CloudUnreachableError(f"The answer has no {name}")
    return value


def _family_image(image: Mapping[str, Json]) -> FamilyImage:
    """Read a picture of a list."""
    return FamilyImage(image_id=_text(image, "imageId"), url=_address(image))


def _address(image: Mapping[str, Json]) -> str | None:
    """Return the address of a picture, where there is one."""
    url = image.get("url")
    return url if isinstance(url, str) and url else None
