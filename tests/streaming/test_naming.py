"""What people can know a live item by."""

import pytest

from custom_components.yoto_smart_stream.streaming.naming import title_of_live
from custom_components.yoto_smart_stream.streaming.stream import LiveItem


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("https://me:secret@radio.example:8000/kids.mp3?key=secret", "radio.example"),
        ("media-source://tts/tts.parrot?message=Good%20night%2C%20Mia", "Good night, Mia"),
        ("media-source://tts/tts.parrot?message=It%20is%20{{%20states('sensor.a')%20}}", None),
        ("media-source://tts/tts.parrot", None),
        ("media-source://radio_browser/8c3b", None),
    ],
)
def test_a_live_item_has_a_title_without_secrets(source: str, title: str | None) -> None:
    """Of a template nobody wants to read the text, and of an id nobody the letters."""
    assert title_of_live(LiveItem(source=source)) == title
