"""Encoding: how ffmpeg is asked to write canonical frames."""

from .profile import Profile


def encoding(profile: Profile) -> list[str]:
    """Return the options with which ffmpeg writes the frames of a profile and nothing else."""
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1"),
        *("-c:a", "libmp3lame", "-b:a", f"{profile.bit_rate}k", "-reservoir", "0"),
        *("-ar", str(profile.sample_rate), "-ac", str(profile.channels)),
        *("-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0"),
        *("-f", "mp3"),
    ]
