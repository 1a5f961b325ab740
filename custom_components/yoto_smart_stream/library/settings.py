"""The settings of the library: how audio becomes part of it, and what is too much. Pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ..audio.profile import Profile
from ..audio.transcode import Limits, Wishes
from ..json import Json, JsonObject
from .fields import Fields

LONGEST_LEAD_IN: Final = 10.0
"""Seconds."""
LARGEST_MIB: Final = 10_240
LONGEST_MINUTES: Final = 24 * 60

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySettings:
    """Say how audio is imported; they hold for the next import and change nothing before it.

    `lead_in` is silence in front, in seconds. `upload_mib` limits what is uploaded, `url_mib` and
    `url_minutes` what is fetched and for how long. `watched_folder` is imported from without being
    asked. `transcriber` is the speech-to-text entity that listens to what is imported.
    """

    profile: Profile = field(default_factory=Profile)
    loudness: bool = False
    trim_silence: bool = False
    lead_in: float = 0.0
    keep_originals: bool = False
    upload_mib: int = 500
    url_mib: int = 500
    url_minutes: int = 30
    watched_folder: str | None = None
    transcriber: str | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not 0 <= self.lead_in <= LONGEST_LEAD_IN:
            raise ValueError("The silence in front is too long")
        if not (1 <= self.upload_mib <= LARGEST_MIB and 1 <= self.url_mib <= LARGEST_MIB):
            raise ValueError("A size is out of range")
        if not 1 <= self.url_minutes <= LONGEST_MINUTES:
            raise ValueError("A time is out of range")

    @property
    def wishes(self) -> Wishes:
        """Return how audio shall become."""
        return Wishes(level=self.loudness, trim=self.trim_silence, lead_in=self.lead_in)

    @property
    def limits(self) -> Limits:
        """Return what is too much for an import; what comes from elsewhere has limits before."""
        return Limits(size_bytes=LARGEST_MIB * _MIB)

    @property
    def upload_bytes(self) -> int:
        """Return the most that is uploaded."""
        return self.upload_mib * _MIB

    @property
    def url_bytes(self) -> int:
        """Return the most that is fetched."""
        return self.url_mib * _MIB

    @property
    def url_time(self) -> timedelta:
        """Return how long fetching may take."""
        return timedelta(minutes=self.url_minutes)


def write_settings(settings: LibrarySettings) -> JsonObject:
    """Return the record of settings."""
    return {
        "bit_rate": settings.profile.bit_rate,
        "sample_rate": settings.profile.sample_rate,
        "channels": settings.profile.channels,
        "loudness": settings.loudness,
        "trim_silence": settings.trim_silence,
        "lead_in": settings.lead_in,
        "keep_originals": settings.keep_originals,
        "upload_mib": settings.upload_mib,
        "url_mib": settings.url_mib,
        "url_minutes": settings.url_minutes,
        "watched_folder": settings.watched_folder,
        "transcriber": settings.transcriber,
    }


def read_settings(record: Json) -> LibrarySettings:
    """Read the record of settings.

    Raises:
        ValueError: It is none.
    """
    fields = Fields(record)
    return LibrarySettings(
        profile=Profile(
            bit_rate=fields.whole("bit_rate"),
            sample_rate=fields.whole("sample_rate"),
            channels=fields.whole("channels"),
        ),
        loudness=fields.flag("loudness"),
        trim_silence=fields.flag("trim_silence"),
        lead_in=fields.number("lead_in"),
        keep_originals=fields.flag("keep_originals"),
        upload_mib=fields.whole("upload_mib"),
        url_mib=fields.whole("url_mib"),
        url_minutes=fields.whole("url_minutes"),
        watched_folder=fields.text_or_none("watched_folder"),
        transcriber=fields.text_or_none("transcriber"),
    )
