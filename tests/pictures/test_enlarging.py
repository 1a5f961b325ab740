"""Making the small pictures of a display large."""

from contextlib import suppress
from io import BytesIO
from itertools import product

from hypothesis import given, strategies as st
from PIL import Image, ImageSequence
import pytest

from custom_components.yoto_smart_stream.pictures.enlarging import enlarge
from custom_components.yoto_smart_stream.pictures.errors import PictureBrokenError

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def icon(*dots: tuple[int, int, int, int], size: tuple[int, int] = (16, 16)) -> Image.Image:
    """Return a picture that repeats some dots."""
    picture = Image.new("RGBA", size)
    for number, (y, x) in enumerate(product(range(size[1]), range(size[0]))):
        picture.putpixel((x, y), dots[number % len(dots)])
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture in a file."""
    return Image.open(BytesIO(content))


@given(
    dots=st.lists(st.tuples(*[st.integers(0, 255)] * 4), min_size=1, max_size=40),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_every_dot_becomes_a_square(
    dots: list[tuple[int, int, int, int]], size: tuple[int, int]
) -> None:
    """Of its own colour to the edge, transparent ones too."""
    small = icon(*dots, size=size)
    large = opened(enlarge(saved(small, "PNG")))
    factor = large.width // small.width
    assert large.format == "PNG"
    assert large.size == (small.width * factor, small.height * factor)
    assert 320 - max(size) < max(large.size) <= 320
    pixels = large.convert("RGBA")
    for y, x in product(range(small.height), range(small.width)):
        square = pixels.crop((x * factor, y * factor, (x + 1) * factor, (y + 1) * factor))
        assert square.getcolors() == [(factor * factor, small.getpixel((x, y)))]


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
def test_a_moving_picture_keeps_moving(kind: str) -> None:
    """Frame by frame, each as long as before, over and over."""
    frames = [icon(RED), icon(BLUE), icon(RED, BLUE)]
    content = saved(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=[100, 250, 400], loop=0
    )
    large = opened(enlarge(content))
    assert large.format == "PNG"
    assert getattr(large, "n_frames", 1) == 3
    assert large.info["loop"] == 0
    durations, colours = [], []
    for frame in ImageSequence.Iterator(large):
        durations.append(frame.info["duration"])
        colours.append(frame.convert("RGBA").getpixel((0, 0)))
    assert durations == [100, 250, 400]
    assert colours == [RED, BLUE, RED]


def test_a_frame_that_holds_only_what_has_changed() -> None:
    """Files of moving pictures are often written so: each frame is shown as it is seen."""
    second = icon(RED)
    second.putpixel((15, 15), BLUE)
    large = opened(
        enlarge(saved(icon(RED), "GIF", save_all=True, append_images=[second], duration=80))
    )
    large.seek(1)
    last = large.convert("RGBA")
    assert (last.getpixel((0, 0)), last.getpixel((319, 319))) == (RED, BLUE)


def test_a_large_picture_keeps_its_size() -> None:
    """Nothing is gained by more dots."""
    assert opened(enlarge(saved(icon(RED, size=(640, 400)), "PNG"))).size == (640, 400)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<svg/>", id="no picture"),
        pytest.param(saved(icon(RED, BLUE), "PNG")[:60], id="cut off"),
        pytest.param(saved(icon(RED, BLUE), "GIF")[:20], id="cut off within its head"),
        pytest.param(saved(Image.new("1", (2049, 1)), "PNG"), id="enormous"),
        pytest.param(saved(icon(RED), "BMP"), id="of a kind that players do not show"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(content: bytes) -> None:
    """Never an error that nobody expects."""
    with pytest.raises(PictureBrokenError):
        enlarge(content)


@given(st.data())
def test_a_damaged_picture_is_shown_or_refused(data: st.DataObject) -> None:
    """Whatever is wrong with it."""
    whole = saved(
        icon(RED, BLUE),
        data.draw(st.sampled_from(["PNG", "GIF"])),
        save_all=True,
        append_images=[icon(BLUE)],
    )
    content = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(PictureBrokenError):
        assert opened(enlarge(bytes(content))).format == "PNG"
