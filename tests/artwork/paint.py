"""Pictures for tests."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

type Colour = tuple[int, int, int, int]

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture in a file."""
    return Image.open(BytesIO(content))


def plain(size: tuple[int, int], colour: Colour = RED) -> Image.Image:
    """Return a picture of one colour."""
    return Image.new("RGBA", size, colour)


def dotted(dots: Sequence[Colour], size: tuple[int, int]) -> Image.Image:
    """Return a picture that repeats some dots."""
    picture = Image.new("RGBA", size)
    for number in range(size[0] * size[1]):
        picture.putpixel((number % size[0], number // size[0]), dots[number % len(dots)])
    return picture


def moving(frames: Sequence[Image.Image], durations: Sequence[int], kind: str = "GIF") -> bytes:
    """Return an animation."""
    return saved(
        frames[0],
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=list(durations),
        loop=0,
        disposal=2,
    )


def face() -> Image.Image:
    """Return a drawing with a dark outline, 512 dots wide, on nothing."""
    image = Image.new("RGBA", (512, 512))
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 60, 450, 450), fill=(255, 210, 70, 255), outline=(40, 20, 0, 255), width=26)
    draw.ellipse((160, 170, 210, 240), fill=(40, 20, 0, 255))
    draw.ellipse((300, 170, 350, 240), fill=(40, 20, 0, 255))
    return image
