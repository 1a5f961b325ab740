"""Pictures that were drawn in dots and then enlarged.

Blocking: not in the event loop.
"""

from PIL import Image, ImageChops


def nearest(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture in another size without mixing dots."""
    return image.resize(size, Image.Resampling.NEAREST)


def is_grained(image: Image.Image, size: tuple[int, int]) -> bool:
    """Say whether a picture is one of a size, at most as large, that was enlarged."""
    again = nearest(nearest(image, size), image.size)
    return ImageChops.difference(again, image).getbbox(alpha_only=False) is None
