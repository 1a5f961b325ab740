"""The settings of the library as they are kept."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.audio.profile import (
    BIT_RATES,
    CHANNELS,
    SAMPLE_RATES,
    Profile,
)
from custom_components.yoto_smart_stream.audio.transcode import Wishes
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.settings import (
    LibrarySettings,
    read_settings,
    write_settings,
)

from .samples import JSON

SETTINGS = st.builds(
    LibrarySettings,
    profile=st.builds(
        Profile,
        bit_rate=st.sampled_from(BIT_RATES),
        sample_rate=st.sampled_from(SAMPLE_RATES),
        channels=st.sampled_from(CHANNELS),
    ),
    loudness=st.booleans(),
    trim_silence=st.booleans(),
    lead_in=st.floats(0, 10),
    keep_originals=st.booleans(),
    upload_mib=st.integers(1, 10_240),
    url_mib=st.integers(1, 10_240),
    url_minutes=st.integers(1, 1440),
    watched_folder=st.none() | st.just("/media"),
    transcriber=st.none() | st.just("stt.ear"),
)


@given(SETTINGS)
def test_what_is_written_is_read_again(settings: LibrarySettings) -> None:
    """Through JSON, as a store keeps it."""
    assert read_settings(json.loads(json.dumps(write_settings(settings)))) == settings


@given(JSON, st.sampled_from(sorted(write_settings(LibrarySettings()))))
def test_anything_else_is_an_error_and_nothing_worse(value: Json, field: str) -> None:
    """As a whole, and in each field."""
    for record in (value, {**write_settings(LibrarySettings()), field: value}):
        try:
            assert isinstance(read_settings(record), LibrarySettings)
        except ValueError:
            continue


def test_they_say_how_audio_is_made_and_what_is_too_much() -> None:
    """An upload may be as big as its own limit, so importing must not refuse it."""
    settings = LibrarySettings(loudness=True, lead_in=2, upload_mib=10_240, url_mib=1)
    assert settings.wishes == Wishes(level=True, trim=False, lead_in=2)
    assert settings.limits.size_bytes >= settings.upload_bytes == 10_240 * 1024 * 1024
    assert settings.url_bytes == 1024 * 1024


@pytest.mark.parametrize(
    "fields", [{"lead_in": 10.1}, {"lead_in": -1}, {"url_mib": 0}, {"url_minutes": 1441}]
)
def test_what_makes_no_sense_is_refused(fields: dict[str, float]) -> None:
    """Wherever it comes from."""
    with pytest.raises(ValueError, match=r"too long|out of range"):
        LibrarySettings(**fields)  # type: ignore[arg-type]
