"""The brand images are ones that Home Assistant serves."""

from pathlib import Path

from homeassistant.components.brands.const import ALLOWED_IMAGES
from PIL import Image
import pytest

from .checkout import COMPONENT

BRAND = COMPONENT / "brand"
HEIGHTS = {"icon": 256, "logo": 256}


def test_every_image_is_one_that_home_assistant_asks_for() -> None:
    """Other names would never be shown; all variants are there."""
    assert {path.name for path in BRAND.iterdir()} == set(ALLOWED_IMAGES)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.name) for path in sorted(BRAND.iterdir())]
)
def test_an_image_has_the_right_size(path: Path) -> None:
    """Icons are square; an image for fine displays is twice as high; the corners are clear."""
    doubled = path.stem.endswith("@2x")
    kind = path.stem.removesuffix("@2x").removeprefix("dark_")
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.mode == "RGBA"
        assert image.height == HEIGHTS[kind] * (2 if doubled else 1)
        assert image.width == image.height if kind == "icon" else image.width > image.height
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)
