"""A cover: any picture in the proportions that Yoto shows a kind of card in (protocol §5.2).

Blocking: not in the event loop.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageEnhance, ImageFilter

from .errors import ArtworkError, ArtworkFault
from .picture import read_still

_QUALITY: Final = 88
_DRAWN_IN_DOTS: Final = 64
"""A picture of at most so many dots on a side is enlarged dot by dot."""
_FEW_COLOURS: Final = 256
"""A picture of at most so many colours was drawn: JPEG would put dirt around its edges."""
_BACKDROP_BLUR: Final = 24
_BACKDROP_BRIGHTNESS: Final = 0.6


GROUP_SIZE: Final = (640, 480)
"""Dots of the picture of a group (protocol §5.4)."""


class CoverShape(StrEnum):
    """What kind of card a cover is for, in Yoto's words."""

    DEFAULT = "default"
    ACTIVITIES = "activities"
    MUSIC = "music"
    MYO = "myo"
    PODCAST = "podcast"
    RADIO = "radio"
    SFX = "sfx"
    STORIES = "stories"

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in dots (protocol §5.2)."""
        if self is CoverShape.MYO:
            return 520, 400
        if self in {CoverShape.PODCAST, CoverShape.RADIO}:
            return 600, 600
        return 638, 1011


class Fit(StrEnum):
    """What becomes of a picture of other proportions."""

    CROP = "crop"
    """It fills the cover, and what is too much at two sides is cut off."""
    FIT = "fit"
    """All of it is seen, in front of itself, large, blurred and darker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverFile:
    """A JPEG or PNG in the size that was wanted."""

    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        """Return what tells it from others: equal pictures have equal files."""
        return sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        """Return how the names of such files end."""
        return "png" if self.content_type == "image/png" else "jpg"


def make_cover(content: bytes, *, size: tuple[int, int], fit: Fit) -> CoverFile:
    """Return a picture as a cover of a size in dots. Transparent dots become white.

    Raises:
        ArtworkError: it is of no use, and why.
    """
    picture = read_still(content, max(size))
    if picture.getchannel("A").getbbox() is None:
        raise ArtworkError(ArtworkFault.EMPTY)
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    plain = Image.alpha_composite(white, picture).convert("RGB")
    if fit is Fit.CROP:
        return _as_file(_filling(plain, size))
    canvas = ImageEnhance.Brightness(
        _filling(plain, size).filter(ImageFilter.GaussianBlur(_BACKDROP_BLUR))
    ).enhance(_BACKDROP_BRIGHTNESS)
    scale = min(size[0] / plain.width, size[1] / plain.height)
    whole = _resized(plain, scale)
    canvas.paste(whole, ((size[0] - whole.width) // 2, (size[1] - whole.height) // 2))
    return _as_file(canvas)


def as_png(picture: Image.Image) -> CoverFile:
    """Return a drawing as a file."""
    out = BytesIO()
    picture.save(out, "PNG")
    return CoverFile(content=out.getvalue(), content_type="image/png")


def _as_file(picture: Image.Image) -> CoverFile:
    """Return a picture as a file: PNG if it was drawn, otherwise JPEG."""
    if picture.getcolors(_FEW_COLOURS) is not None:
        return as_png(picture)
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return CoverFile(content=out.getvalue(), content_type="image/jpeg")


def _filling(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Cut the middle of a picture out in the proportions of a size, and bring it to that size."""
    scale = max(size[0] / picture.width, size[1] / picture.height)
    width = min(max(round(size[0] / scale), 1), picture.width)
    height = min(max(round(size[1] / scale), 1), picture.height)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    middle = picture.crop((left, top, left + width, top + height))
    return middle.resize(size, _resampling(picture))


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    """Bring a picture to another size."""
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(size, _resampling(picture))


def _resampling(picture: Image.Image) -> Image.Resampling:
    """Return how a picture is brought to another size."""
    if max(picture.size) <= _DRAWN_IN_DOTS:
        return Image.Resampling.NEAREST
    return Image.Resampling.LANCZOS
