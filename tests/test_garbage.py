"""The search for garbage goes on after it was paused, whatever comes of it."""

import gc

import pytest

from custom_components.yoto_smart_stream.garbage import collection_paused
from custom_components.yoto_smart_stream.story.errors import StoryError
from custom_components.yoto_smart_stream.story.formats.reading import read


def test_it_goes_on_after_an_error() -> None:
    """As it was."""
    with pytest.raises(StoryError):
        read("{")
    assert gc.isenabled()


def test_it_stays_off_where_it_was() -> None:
    """Somebody else has paused it."""
    gc.disable()
    try:
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
