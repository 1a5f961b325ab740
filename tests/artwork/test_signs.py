"""Signs: what a display shows of something that has no picture."""

import pytest

from custom_components.yoto_smart_stream.artwork.signs import Sign, dots_of_sign, draw_signs

from .paint import opened

_BRIGHT = 120


@pytest.mark.parametrize("sign", Sign)
def test_a_sign_is_a_picture_for_the_display(sign: Sign) -> None:
    """PNG, RGBA, 16 by 16 dots, each of them on or off (protocol §5.3)."""
    picture = opened(draw_signs()[sign])
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (16, 16))
    assert {opacity for _, opacity in picture.getchannel("A").getcolors() or ()} == {0, 255}


@pytest.mark.parametrize("sign", Sign)
def test_a_sign_is_seen_on_a_black_display(sign: Sign) -> None:
    """Its dots are light, and there are many of them, but not everywhere."""
    dots = [colour for colour in dots_of_sign(sign).colours if colour is not None]
    assert 30 < len(dots) < 200
    assert all(max(colour) >= _BRIGHT for colour in dots)


def test_signs_are_told_apart_without_their_colours() -> None:
    """Not everybody sees those."""
    shapes = [tuple(one is None for one in dots_of_sign(sign).colours) for sign in Sign]
    for number, shape in enumerate(shapes):
        for other in shapes[:number]:
            assert sum(a != b for a, b in zip(shape, other, strict=True)) > 40
