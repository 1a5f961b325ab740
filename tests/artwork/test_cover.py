"""Pictures and titles become covers in the proportions that Yoto shows."""

from pathlib import Path

import hass_frontend
from hypothesis import Phase, example, given, settings, strategies as st
from PIL import Image, ImageChops
import pytest

from custom_components.yoto_smart_stream.artwork import drawing
from custom_components.yoto_smart_stream.artwork.cover import CoverShape, Fit, make_cover
from custom_components.yoto_smart_stream.artwork.drawing import contrast, draw_cover
from custom_components.yoto_smart_stream.artwork.errors import ArtworkError, ArtworkFault
from custom_components.yoto_smart_stream.artwork.lettering import Lettering

from .paint import BLUE, CLEAR, RED, opened, plain, saved

ROBOTO = Lettering(
    Path(hass_frontend.__file__).parent / "static" / "fonts" / "roboto" / "Roboto-Bold.woff2"
)
PILLOWS = Lettering(None)


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=20)
@given(
    size=st.tuples(st.integers(20, 900), st.integers(20, 900)),
    shape=st.sampled_from(CoverShape),
    fit=st.sampled_from(Fit),
)
def test_every_picture_becomes_a_cover(size: tuple[int, int], shape: CoverShape, fit: Fit) -> None:
    """Of exactly the size that Yoto wants, with the picture in its middle."""
    cover = make_cover(saved(plain(size)), size=shape.size, fit=fit)
    picture = opened(cover.content).convert("RGB")
    assert picture.size == shape.size
    red, green, blue = picture.getpixel((shape.size[0] // 2, shape.size[1] // 2))  # type: ignore[misc]
    assert red > 230
    assert max(green, blue) < 40


def test_cropping_cuts_off_and_fitting_does_not() -> None:
    """A wide picture with blue ends has them only where all of it is shown."""
    wide = plain((900, 300))
    wide.paste(BLUE, (0, 0, 60, 300))
    wide.paste(BLUE, (840, 0, 900, 300))
    cropped = opened(
        make_cover(saved(wide), size=CoverShape.DEFAULT.size, fit=Fit.CROP).content
    ).convert("RGB")
    assert {colour for _, colour in cropped.getcolors() or []} == {RED[:3]}
    fitted = opened(
        make_cover(saved(wide), size=CoverShape.DEFAULT.size, fit=Fit.FIT).content
    ).convert("RGB")
    left, right = fitted.getpixel((5, 505)), fitted.getpixel((632, 505))
    assert left[2] > 200  # type: ignore[index]
    assert right[2] > 200  # type: ignore[index]
    # What is behind it is darker than the picture itself.
    assert fitted.getpixel((319, 20))[0] < 200  # type: ignore[index]


def test_what_is_transparent_becomes_white() -> None:
    """A cover has no holes."""
    picture = plain((100, 100), CLEAR)
    picture.paste(RED, (40, 40, 60, 60))
    cover = opened(make_cover(saved(picture), size=CoverShape.RADIO.size, fit=Fit.CROP).content)
    assert cover.mode == "RGB"
    assert min(cover.getpixel((3, 3))) > 245  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [saved(plain((9, 9), CLEAR)), b"<svg/>", b"", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    """With a reason."""
    with pytest.raises(ArtworkError) as refused:
        make_cover(content, size=CoverShape.DEFAULT.size, fit=Fit.CROP)
    assert refused.value.fault in set(ArtworkFault)


def ink_on_paper(picture: Image.Image) -> int:
    """Return how many colours within the label of a drawn cover can be read."""
    paper = Image.new("RGB", picture.size, drawing._PAPER)
    is_paper = (
        ImageChops.difference(picture, paper).convert("L").point(lambda value: 0 if value else 255)
    )
    box = is_paper.getbbox()
    assert box is not None
    label = picture.crop(box)
    inside = label.crop((20, 20, label.width - 20, label.height - 20))
    colours = inside.getcolors(1_000_000)
    assert colours is not None
    return len([one for _, one in colours if contrast(one, drawing._PAPER) > 4.5])  # type: ignore[arg-type]


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=6)
@given(
    title=st.text(st.characters(codec="latin-1", categories=("L", "N", "Zs")), min_size=1)
    .filter(str.strip)
    .map(lambda title: title.strip()[:100]),
    shape=st.sampled_from(CoverShape),
)
def test_a_title_is_drawn_and_can_be_read(title: str, shape: CoverShape) -> None:
    """Dark on paper, within its label, however long it is; and always the same."""
    drawn = draw_cover(title, shape=shape, lettering=ROBOTO)
    picture = opened(drawn.cover.content)
    assert picture.size == shape.size
    assert drawn.is_titled
    assert ink_on_paper(picture) > 0
    again = draw_cover(title, shape=shape, lettering=ROBOTO)
    assert again.cover.sha256 == drawn.cover.sha256


def test_titles_look_different() -> None:
    """Each has colours and a pattern of its own, whatever capitals it has."""
    covers = {
        draw_cover(f"Story {number}", shape=CoverShape.MYO, lettering=ROBOTO).cover.sha256
        for number in range(8)
    }
    assert len(covers) == 8
    colours = {
        opened(draw_cover(title, shape=CoverShape.MYO, lettering=PILLOWS).cover.content)
        .convert("RGB")
        .getpixel((2, 2))
        for title in ("The fox", "THE FOX ", "the fox")
    }
    assert len(colours) == 1


@pytest.mark.parametrize(
    ("lettering", "title", "drawn"),
    [
        pytest.param(ROBOTO, "Gute Nacht, Mäuse", "Gute Nacht, Mäuse", id="accents"),
        pytest.param(ROBOTO, "Сказки", "Сказки", id="Cyrillic"),
        pytest.param(ROBOTO, "Ship \U0001f6a2 ahoy", "Ship ahoy", id="emoji"),
        pytest.param(ROBOTO, "日本の昔話", None, id="Japanese"),
        pytest.param(PILLOWS, "Mäuse \u2013 für", "Mause fur", id="Pillow's own font"),
        pytest.param(PILLOWS, "Сказки", None, id="Cyrillic in Pillow's own font"),
    ],
)
def test_only_what_the_font_has_is_drawn(
    lettering: Lettering, title: str, drawn: str | None
) -> None:
    """Nobody gets a cover full of boxes."""
    assert lettering.drawable(title) == drawn
    cover = draw_cover(title, shape=CoverShape.RADIO, lettering=lettering)
    assert cover.is_titled == (drawn is not None)


@settings(deadline=None, phases=[Phase.explicit, Phase.generate], max_examples=60)
@given(
    text=st.text("abc defghij-klm ", min_size=1, max_size=100).filter(str.strip),
    width=st.integers(60, 900),
    height=st.integers(20, 600),
    largest=st.integers(14, 200),
)
@example(text="ml -imgeg", width=61, height=471, largest=179)
def test_lines_fit(text: str, width: int, height: int, largest: int) -> None:
    """No line is too wide, none is below the last that fits, and no letter is lost before that."""
    text = " ".join(text.split())
    lines = ROBOTO.fitted(text, width, height, largest)
    assert lines.font.size <= largest
    assert all(lines.font.getlength(line) <= width + 1 for line in lines.lines[:-1])
    assert lines.height <= max(height, 16)
    together = "".join(lines.lines)
    if not together.endswith("..."):
        assert together.replace("-", "").replace(" ", "") == text.replace("-", "").replace(" ", "")
