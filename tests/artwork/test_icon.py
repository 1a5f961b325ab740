"""Any picture becomes an icon that players can show."""

from collections.abc import Sequence
from itertools import pairwise
import zlib

from hypothesis import Phase, given, settings, strategies as st
from PIL import Image, ImageSequence
import pytest

from custom_components.yoto_smart_stream.artwork.errors import ArtworkError, ArtworkFault
from custom_components.yoto_smart_stream.artwork.icon import (
    MOST_FRAMES,
    MOST_ICON_BYTES,
    IconFile,
    make_icon,
)
from custom_components.yoto_smart_stream.artwork.picture import MOST_BYTES

from .paint import BLUE, CLEAR, RED, Colour, dotted, face, moving, opened, plain, saved

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda colour: (*colour, 255))
DOTS = st.lists(COLOURS | st.just(CLEAR), min_size=1, max_size=12).filter(any)
SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))


def look(icon: IconFile) -> Image.Image:
    """Return the first frame of an icon."""
    return opened(icon.content).convert("RGBA")


def opacity(colour: object) -> int:
    """Return the last of four numbers."""
    assert isinstance(colour, tuple)
    return int(colour[3])


def is_fit(icon: IconFile) -> bool:
    """Say whether Yoto would take an icon without converting it."""
    picture = opened(icon.content)
    fits = picture.size == (16, 16) and len(icon.content) <= MOST_ICON_BYTES
    if icon.content_type == "image/gif":
        return fits and picture.format == "GIF"
    return fits and (picture.format, picture.mode) == ("PNG", "RGBA")


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=30)
@given(
    dots=DOTS,
    size=SIZES,
    kind=st.sampled_from(["PNG", "GIF", "WEBP", "BMP"]),
    colours=st.integers(-3, 99),
    crop=st.booleans(),
)
def test_every_picture_becomes_an_icon(
    dots: Sequence[Colour], size: tuple[int, int], *, kind: str, colours: int, crop: bool
) -> None:
    """Of 16 by 16 dots, each on or off, in few colours; and always the same one."""
    if not any(dot[3] for dot in dots[: size[0] * size[1]]):
        dots = [RED]
    content = saved(dotted(dots, size).convert("RGB" if kind == "BMP" else "RGBA"), kind)
    icon = make_icon(content, colours=colours, crop=crop)
    assert is_fit(icon)
    shown = look(icon).getcolors() or []
    assert {opacity(colour) for _, colour in shown} <= {0, 255}
    seen = {colour for _, colour in shown if opacity(colour)}
    assert 1 <= len(seen) <= min(max(colours, 2), 64)
    assert make_icon(content, colours=colours, crop=crop).sha256 == icon.sha256


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=40)
@given(dots=DOTS, factor=st.integers(1, 40))
def test_what_was_drawn_in_dots_comes_back_dot_by_dot(dots: Sequence[Colour], factor: int) -> None:
    """However much it was enlarged."""
    small = dotted([*dots, RED], (16, 16))
    large = small.resize((16 * factor, 16 * factor), Image.Resampling.NEAREST)
    assert look(make_icon(saved(large))) == small


def test_edges_stay_sharp() -> None:
    """There are no colours but those of the drawing, and its outline is closed."""
    icon = look(make_icon(saved(face())))
    shown = {colour: count for count, colour in icon.getcolors() or []}
    assert set(shown) == {(255, 210, 70, 255), (40, 20, 0, 255), CLEAR}
    for row in range(16):
        line = [icon.getpixel((column, row)) for column in range(16)]
        lit = [dot for dot in line if dot != CLEAR]
        assert lit[0] == lit[-1] == (40, 20, 0, 255)
    # It uses the whole display: empty borders are cut off.
    assert icon.getbbox() == (0, 0, 16, 16)


def test_the_palette_is_as_small_as_wanted() -> None:
    """Two colours of a gradient are two colours."""
    gradient = Image.linear_gradient("L").convert("RGBA")
    assert len(look(make_icon(saved(gradient), colours=2)).getcolors() or []) == 2
    assert len(look(make_icon(saved(gradient), colours=16)).getcolors() or []) > 8


@pytest.mark.parametrize(
    ("crop", "corner"), [pytest.param(False, CLEAR, id="all"), pytest.param(True, RED, id="crop")]
)
def test_what_is_not_square_is_whole_or_fills(*, crop: bool, corner: Colour) -> None:
    """Dots are left off, or sides are cut off."""
    tall = plain((100, 300))
    tall.paste(BLUE, (0, 0, 100, 30))
    tall.paste(BLUE, (0, 270, 100, 300))
    icon = look(make_icon(saved(tall), crop=crop))
    assert icon.getpixel((0, 8)) == corner
    assert icon.getpixel((8, 0)) == (RED if crop else BLUE)


def test_a_picture_is_turned_as_a_camera_says() -> None:
    """Phones note which way up a photo is."""
    photo = plain((64, 64), BLUE).convert("RGB")
    photo.paste(RED[:3], (0, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    icon = look(make_icon(saved(photo, "JPEG", quality=95, exif=exif)))
    assert icon.getpixel((8, 1))[2] > 200  # type: ignore[index]
    assert icon.getpixel((8, 14))[0] > 200  # type: ignore[index]


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=30)
@given(
    durations=st.lists(
        st.integers(20, 400).map(lambda value: value // 10 * 10), min_size=2, max_size=90
    ),
    kind=st.sampled_from(["GIF", "PNG"]),
)
def test_an_animation_keeps_moving(durations: list[int], kind: str) -> None:
    """For as long as before, with as many frames as there may be, and nothing shines through."""
    frames = [
        dotted([CLEAR, (number * 2 + 1, 255 - number, 99, 255), CLEAR], (16, 16))
        for number in range(len(durations))
    ]
    icon = make_icon(moving(frames, durations, kind), colours=64)
    assert icon.content_type == "image/gif"
    assert is_fit(icon)
    picture = opened(icon.content)
    found = [
        (frame.convert("RGBA"), int(frame.info["duration"]))
        for frame in ImageSequence.Iterator(picture)
    ]
    assert len(found) == icon.frames <= MOST_FRAMES
    if len(durations) <= 32:
        assert [duration for _, duration in found] == durations
    assert sum(duration for _, duration in found) == sum(durations)
    assert picture.info["loop"] == 0
    for image, _ in found:
        assert image.getpixel((0, 0)) == CLEAR
        assert image.getpixel((1, 0))[3] == 255  # type: ignore[index]
    assert all(one[0] != other[0] for one, other in pairwise(found))


def test_frames_that_look_the_same_are_one() -> None:
    """An animation that does not move is a still picture."""
    shades = [plain((32, 32)), plain((32, 32), (255, 0, 0, 250))]
    icon = make_icon(moving(shades, [100, 100], "PNG"))
    assert (icon.content_type, icon.frames) == ("image/png", 1)


def bomb() -> bytes:
    """Return a small file that is a picture of 900 million dots."""
    side = 30_000
    head = side.to_bytes(4) + side.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    packed = zlib.compress(b"\0" * 100_000)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)


GOOD = saved(face())


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b"", ArtworkFault.NOT_A_PICTURE, id="nothing"),
        pytest.param(b"Once upon a time", ArtworkFault.NOT_A_PICTURE, id="text"),
        pytest.param(b"ID3\x04" + bytes(4096), ArtworkFault.NOT_A_PICTURE, id="audio"),
        pytest.param(b"<svg xmlns='x'/>", ArtworkFault.VECTOR, id="svg"),
        pytest.param(b"<?xml version='1.0'?><svg/>", ArtworkFault.VECTOR, id="svg with a head"),
        pytest.param(GOOD[: len(GOOD) // 2], ArtworkFault.BROKEN, id="cut off"),
        pytest.param(bomb(), ArtworkFault.TOO_LARGE, id="bomb"),
        pytest.param(
            saved(plain((6000, 5000)).convert("L")), ArtworkFault.TOO_LARGE, id="many dots"
        ),
        pytest.param(
            moving([plain((2500, 2500)), plain((2500, 2500), BLUE)], [100, 100]),
            ArtworkFault.TOO_LARGE,
            id="large animation",
        ),
        pytest.param(bytes(MOST_BYTES + 1), ArtworkFault.TOO_MANY_BYTES, id="many bytes"),
        pytest.param(saved(plain((20, 20), CLEAR)), ArtworkFault.EMPTY, id="nothing to see"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, fault: ArtworkFault) -> None:
    """With a reason."""
    with pytest.raises(ArtworkError) as refused:
        make_icon(content)
    assert refused.value.fault is fault


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=80)
@given(data=st.data())
def test_damage_never_does_more_than_being_refused(data: st.DataObject) -> None:
    """Whatever bytes are changed or missing."""
    kind = data.draw(st.sampled_from(["PNG", "GIF", "JPEG", "WEBP", "BMP"]))
    picture = face().resize((40, 40))
    content = bytearray(saved(picture.convert("RGB") if kind in {"JPEG", "BMP"} else picture, kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    try:
        icon = make_icon(bytes(content[:cut]))
    except ArtworkError:
        return
    assert is_fit(icon)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "CMYK", "I;16", "I"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    """Light on the left, dark on the right."""
    if mode in {"I;16", "I"}:
        picture = Image.new(mode, (64, 64), 60_000)
        picture.paste(300, (32, 0, 64, 64))
    else:
        base = plain((64, 64), (255, 255, 255, 255))
        base.paste((0, 0, 0, 255), (32, 0, 64, 64))
        picture = base.convert("RGB").convert(mode)
    icon = look(make_icon(saved(picture, "JPEG" if mode == "CMYK" else "PNG")))
    assert icon.getpixel((2, 8))[0] > 200  # type: ignore[index]
    assert icon.getpixel((13, 8))[0] < 50  # type: ignore[index]
